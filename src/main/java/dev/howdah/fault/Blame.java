package dev.howdah.fault;

import java.util.Locale;

/** Who has to act for a fault to go away. Part of every error that leaves the system. */
public enum Blame {
  /** Who asked: the input or the request is wrong. */
  CALLER,
  /** Who wrote the design: a block is configured wrongly or an expression does not fit its data. */
  DESIGN,
  /** What a block called: a module, a service, a process. */
  WORKER,
  /** Howdah itself or what it stands on: the database, the broker, the disk. */
  ENGINE;

  /** The stable lower-case name used in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
