package dev.howdah.store;

import java.util.Locale;

/** Where a promise stands. */
public enum PromiseStatus {
  PENDING,
  RESOLVED,
  REJECTED,
  /** Nobody is to settle it any more. */
  REJECTED_CANCELED,
  /** Nobody settled it in time. */
  REJECTED_TIMEDOUT;

  /** As it is stored and as the API shows it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static PromiseStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
