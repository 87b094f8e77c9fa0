package dev.howdah.engine.flow;

import java.util.Locale;

/** What happens when a timer is due. */
public enum TimerKind {
  /** The next attempt of a stage is sent. */
  RETRY,
  /** A sleep is over. */
  SLEEP,
  /** A promise that a step waits for is timed out. */
  PROMISE,
  /** A group of an aggregator is complete, however few it has. */
  GATHERING,
  /** A container, or a step that waits, fails for having taken too long. */
  TIMEOUT,
  /** The execution fails for having taken too long. */
  DEADLINE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TimerKind of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
