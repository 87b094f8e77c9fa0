package dev.howdah.store;

import java.util.Locale;

/** How far an execution is. Only a running one ever changes. */
public enum ExecutionStatus {
  /** Accepted and not yet at its end. */
  RUNNING,
  /** Every terminal block has settled. */
  COMPLETED,
  /** A block failed and nothing caught it. */
  FAILED,
  /** Ended from outside. */
  CANCELLED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The stable lower-case name, as stored and as used in JSON. */
  public String label() {
    return label;
  }

  static ExecutionStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
