package dev.howdah.worker;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.net.InetAddress;

/** A host has an address that calls may not go to. */
public final class AddressRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** What allows link-local addresses to all blocks of a process. */
  static final String SETTING = "howdah.addresses.allow-link-local";

  AddressRefusedException(String host, InetAddress address) {
    super(
        "the host %s resolves to %s, which blocks may not reach; name another host, or set %s to true where the block runs"
            .formatted(host, address.getHostAddress(), SETTING));
  }

  /**
   * The fault of a call that would have gone there.
   *
   * @param code that of the kind of call
   * @param label names the call in the message
   */
  public Fault fault(String code, String label) {
    return Fault.rejected(code, Blame.DESIGN, label + ": " + getMessage());
  }
}
