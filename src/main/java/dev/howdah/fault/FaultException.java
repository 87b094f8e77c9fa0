package dev.howdah.fault;

/** Carries a {@link Fault} up the stack. Has no stack trace: a fault is an answer, not a bug. */
public final class FaultException extends RuntimeException {
  private final transient Fault fault;

  public FaultException(Fault fault) {
    super(fault.message(), null, false, false);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
