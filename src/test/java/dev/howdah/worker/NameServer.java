package dev.howdah.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows names that exist nowhere else, and changes its mind about them: DNS rebinding. */
public final class NameServer implements HostResolver {
  /** Where clouds hand out the machine's credentials. */
  public static final String METADATA = "169.254.169.254";

  private final Map<String, Deque<String>> table = new HashMap<>();
  private int lookups;

  /**
   * What it answers from now on.
   *
   * @param answers one for each time it is asked, with addresses by comma; the last one stays
   */
  public synchronized NameServer says(String host, String... answers) {
    table.put(host, new ArrayDeque<>(List.of(answers)));
    return this;
  }

  /** How often it was asked. */
  public synchronized int lookups() {
    return lookups;
  }

  /** Those that it finds and that calls usually may go to. */
  public Addresses addresses() {
    return new Addresses(AddressPolicy.services(), this);
  }

  @Override
  public synchronized List<InetAddress> resolve(String host) throws UnknownHostException {
    lookups++;
    Deque<String> answers = table.get(host);
    if (answers == null) {
      throw new UnknownHostException(host);
    }
    String answer = answers.size() > 1 ? answers.remove() : answers.element();
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : answer.split(",", -1)) {
      addresses.add(InetAddress.getAllByName(literal)[0]);
    }
    return addresses;
  }
}
