package dev.howdah.expression;

import com.sun.management.ThreadMXBean;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.lang.management.ManagementFactory;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * What one evaluation may still take: steps, and memory that it allocates.
 *
 * <p>A step is one call of a function or one value that a function, a pipe or a list yields.
 * Belongs to the thread that evaluates. Counting is what makes an endless program end: jackson-jq
 * itself cannot be stopped.
 */
final class Budget {
  static final int MAX_STEPS = 2_000_000;
  static final long MAX_BYTES = 1L << 30;
  private static final int STEPS_BETWEEN_CHECKS = 16;

  private static final ThreadLocal<Budget> CURRENT = new ThreadLocal<>();
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private final String expression;
  private int left = MAX_STEPS;
  private long allocatedBefore = -1;

  Budget(String expression) {
    this.expression = expression;
  }

  /** Work that is metered by this budget while it runs. */
  interface Work {
    void run() throws JsonQueryException;
  }

  void meter(Work work) throws JsonQueryException {
    Budget outer = CURRENT.get();
    CURRENT.set(this);
    try {
      work.run();
    } finally {
      CURRENT.set(outer);
    }
  }

  /** The budget of the evaluation that runs on this thread; never null inside one. */
  static Budget current() {
    return CURRENT.get();
  }

  /**
   * Takes one step.
   *
   * @throws FaultException when none is left, when too much was allocated, or when the thread was
   *     interrupted; unlike an error of jq, {@code try} does not catch it
   */
  void step() {
    left--;
    if (left % STEPS_BETWEEN_CHECKS == 0) {
      check();
    }
  }

  private void check() {
    if (left <= 0) {
      throw Fault.rejected(
              "expression.too-long",
              Blame.DESIGN,
              "The expression "
                  + expression
                  + " did not end within "
                  + MAX_STEPS
                  + " steps. Bound its loops, for example with limit or first.")
          .toException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw Fault.retryable(
              "expression.interrupted",
              Blame.ENGINE,
              "The expression " + expression + " was interrupted.")
          .toException();
    }
    // -1 on a virtual thread, which then has no limit of its own.
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    if (allocatedBefore < 0) {
      allocatedBefore = allocated;
    } else if (allocated - allocatedBefore > MAX_BYTES) {
      throw tooLarge();
    }
  }

  FaultException tooLarge() {
    return Fault.rejected(
            "expression.too-large",
            Blame.DESIGN,
            "The expression "
                + expression
                + " needed more than "
                + (MAX_BYTES >> 20)
                + " MiB. Bound what it builds, for example with limit.")
        .toException();
  }
}
