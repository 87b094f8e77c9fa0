package dev.howdah.engine.record;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;

/** How deep designs may run designs: those that run each other in a circle must come to an end. */
public final class NestingLimit {
  /** The most executions that may wait for one another in a row. */
  public static final int MOST = 32;

  private NestingLimit() {}

  /**
   * Refuses a child of an execution that is too deep already.
   *
   * @param depth of the execution; 1 when nobody waits for it
   * @throws FaultException {@code execution.too-deep}
   */
  public static void check(int depth) {
    if (depth >= MOST) {
      throw Fault.rejected(
              "execution.too-deep",
              Blame.DESIGN,
              "designs run designs %d deep here, most likely in a circle; let one of them do without the other"
                  .formatted(MOST))
          .toException();
    }
  }
}
