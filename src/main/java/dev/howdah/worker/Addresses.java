package dev.howdah.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses that calls may go to. Thread-safe.
 *
 * <p>Whoever calls has to connect to one of the addresses given and must not look the name up
 * again, since it may resolve differently a moment later (DNS rebinding).
 *
 * @param policy which addresses those are
 * @param resolver finds the addresses of names
 */
public record Addresses(AddressPolicy policy, HostResolver resolver) {

  /** Those of {@link AddressPolicy#services()}, as {@link HostResolver#system()} finds them. */
  public static Addresses ofServices() {
    return new Addresses(AddressPolicy.services(), HostResolver.system());
  }

  /**
   * The addresses of a host, best first; never empty. Blocks while a name is looked up.
   *
   * @param host a name or a literal address, one of IPv6 in brackets
   * @throws UnknownHostException when it has none
   * @throws AddressRefusedException when calls may not go to one of them, even if there are others
   */
  public List<InetAddress> of(String host) throws UnknownHostException, AddressRefusedException {
    List<InetAddress> addresses = resolver.resolve(host);
    for (InetAddress address : addresses) {
      if (!policy.allows(address)) {
        throw new AddressRefusedException(host, address);
      }
    }
    return addresses;
  }
}
