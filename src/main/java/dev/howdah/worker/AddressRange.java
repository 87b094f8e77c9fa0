package dev.howdah.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A block of IP addresses, as in {@code 169.254.0.0/16}. Immutable. */
final class AddressRange {
  /** Where IPv6 transition mechanisms keep the IPv4 address they carry a packet to. */
  private static final List<AddressRange> CARRIERS =
      of(
          "64:ff9b::/96", // NAT64, RFC 6052
          "::/96"); // IPv4-compatible, RFC 4291

  private static final AddressRange SIX_TO_FOUR = new AddressRange("2002::/16"); // RFC 3056

  private final byte[] prefix;
  private final int bits;

  private AddressRange(String cidr) {
    int slash = cidr.indexOf('/');
    try {
      // A literal: no name is looked up.
      prefix = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(cidr + " is not a block of addresses", e);
    }
    bits = Integer.parseInt(cidr, slash + 1, cidr.length(), 10);
  }

  static List<AddressRange> of(String... cidrs) {
    return Stream.of(cidrs).map(AddressRange::new).toList();
  }

  /**
   * Whether one of the ranges holds the address, or the IPv4 address that it carries inside.
   * IPv4-mapped addresses need no rule, because the JDK makes them IPv4 addresses itself.
   */
  static boolean anyHolds(List<AddressRange> ranges, InetAddress address) {
    byte[] bytes = address.getAddress();
    byte[] carried = carried(bytes);
    return ranges.stream().anyMatch(range -> range.holds(bytes) || range.holds(carried));
  }

  private static byte[] carried(byte[] bytes) {
    if (CARRIERS.stream().anyMatch(range -> range.holds(bytes))) {
      return Arrays.copyOfRange(bytes, 12, 16);
    }
    return SIX_TO_FOUR.holds(bytes) ? Arrays.copyOfRange(bytes, 2, 6) : bytes;
  }

  private boolean holds(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    int whole = bits / 8;
    int rest = bits % 8;
    if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
      return false;
    }
    return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >>> (8 - rest) == 0;
  }
}
