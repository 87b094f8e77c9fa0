package dev.howdah.worker.exec;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be found again to end a run.
 *
 * @param kind whether a container is part of it
 * @param mark tells it from all other runs: 16 hexadecimal digits
 */
record Run(Kind kind, String mark) {
  private static final Pattern LINE =
      Pattern.compile("(process|container) ([0-9a-f]{16})", Pattern.CASE_INSENSITIVE);

  /** What is left when the process that watches over a run is killed. */
  enum Kind {
    /** Processes that have inherited the mark. */
    PROCESS,
    /** A container named after the mark, and such processes: those of its client. */
    CONTAINER
  }

  /** The run on a line, without a line feed. */
  String line() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + mark;
  }

  /** Reads {@link #line()}; empty for anything else. */
  static Optional<Run> parse(String line) {
    Matcher parts = LINE.matcher(line.strip());
    return parts.matches()
        ? Optional.of(
            new Run(Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT)), parts.group(2)))
        : Optional.empty();
  }
}
