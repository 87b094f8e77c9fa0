package dev.howdah.fault;

import java.util.List;
import java.util.stream.Collectors;

/** Carries a {@link Fault} up the stack. Has no stack trace: a fault is an answer, not a bug. */
public final class FaultException extends RuntimeException {
  private final transient Fault fault;
  private final transient List<Mistake> mistakes;

  public FaultException(Fault fault) {
    this(fault, List.of());
  }

  /**
   * A refusal of what a caller asks for.
   *
   * @param mixed the code of the fault when the mistakes have different ones
   * @param mistakes at least one
   */
  FaultException(String mixed, List<Mistake> mistakes) {
    this(Fault.rejected(code(mixed, mistakes), Blame.CALLER, text(mistakes)), mistakes);
  }

  private FaultException(Fault fault, List<Mistake> mistakes) {
    super(fault.message(), null, false, false);
    this.fault = fault;
    this.mistakes = List.copyOf(mistakes);
  }

  private static String code(String mixed, List<Mistake> mistakes) {
    String first = mistakes.get(0).code();
    return mistakes.stream().allMatch(mistake -> mistake.code().equals(first)) ? first : mixed;
  }

  private static String text(List<Mistake> mistakes) {
    return mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n"));
  }

  public Fault fault() {
    return fault;
  }

  /** What the fault consists of, in the order in which it was found; empty when it is one thing. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
