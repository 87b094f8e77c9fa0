package dev.howdah.store;

import java.util.Locale;

/** How a block's run ended. Only a waiting one ever changes. */
public enum StepStatus {
  /** It has an output. */
  COMPLETED,
  /** It has an error. */
  FAILED,
  /** This attempt failed and another one follows. */
  RETRIED,
  /** All its incoming connections were skipped, or its condition said no. */
  SKIPPED,
  /** It waits for a timer, a promise, a child or more input. */
  WAITING,
  /** Its execution ended first. */
  CANCELLED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The stable lower-case name, as stored and as used in JSON. */
  public String label() {
    return label;
  }

  static StepStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
