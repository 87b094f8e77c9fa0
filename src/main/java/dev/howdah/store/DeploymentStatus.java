package dev.howdah.store;

import java.util.Locale;

/** Whether a deployment takes executions. */
public enum DeploymentStatus {
  /** It does. */
  ACTIVE,
  /** Somebody has switched it off. */
  INACTIVE,
  /** It was switched on and could not be activated. */
  ERROR;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The stable lower-case name, as stored and as used in JSON. */
  public String label() {
    return label;
  }

  static DeploymentStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
