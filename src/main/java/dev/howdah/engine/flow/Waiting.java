package dev.howdah.engine.flow;

import java.util.Locale;

/**
 * Why a step has not settled yet.
 *
 * @param path instance path of the step
 * @param reason what it waits for
 * @param group the worker group that runs it
 * @param attempt counted from 1
 * @param since when it began to wait, in epoch milliseconds
 * @param dueAt when the wait is over, in epoch milliseconds; 0 when nobody knows
 * @param detail the last fault, or the id of the child execution or the promise; may be empty
 */
public record Waiting(
    String path, Reason reason, String group, int attempt, long since, long dueAt, String detail) {

  /** What a step can wait for. */
  public enum Reason {
    /** Sent to its group: queued there, or running. */
    GROUP,
    RETRY,
    SLEEP,
    CHILD,
    /** A promise, to be settled from inside or by HTTP. */
    PROMISE,
    /** Values of other executions that make a group complete. */
    GATHERING;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
