package dev.howdah.worker;

import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses calls may go to. Asked for every address that a host name resolves to, as often
 * as it is resolved, by several threads at once; must answer without blocking.
 */
@FunctionalInterface
public interface AddressPolicy {

  /**
   * Everything but link-local addresses and the metadata services of clouds, which hand out the
   * machine's credentials to whoever asks. Loopback and private networks are allowed, because
   * services live there.
   */
  static AddressPolicy services() {
    List<AddressRange> refused =
        AddressRange.of(
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::254/128", // Amazon
            "fd20:ce::254/128", // Google
            "100.100.100.200/32"); // Alibaba
    return address -> !AddressRange.anyHolds(refused, address);
  }

  /** What {@link #services()} allows without loopback, private, shared and multicast networks. */
  static AddressPolicy publicOnly() {
    AddressPolicy services = services();
    List<AddressRange> refused =
        AddressRange.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
            "::/127",
            "fc00::/7",
            "fec0::/10",
            "ff00::/8");
    return address -> services.allows(address) && !AddressRange.anyHolds(refused, address);
  }

  /** Every address. */
  static AddressPolicy any() {
    return address -> true;
  }

  /** Whether a call may connect to the address. */
  boolean allows(InetAddress address);
}
