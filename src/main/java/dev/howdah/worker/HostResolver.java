package dev.howdah.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses of a host. Called once for every call, redirect or connection, on a thread
 * that may block, by several threads at once.
 */
@FunctionalInterface
public interface HostResolver {

  /**
   * The addresses of a name, or of a literal address, best first; never empty.
   *
   * @param host as in a URI, a literal IPv6 address in brackets
   * @throws UnknownHostException when the name has no address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** What the JDK and the machine's own configuration say. */
  static HostResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
