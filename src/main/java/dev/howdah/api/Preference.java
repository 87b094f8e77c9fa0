package dev.howdah.api;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How long a caller wants to wait, from the {@code Prefer} headers of RFC 7240. What is not
 * understood there is ignored, as that says.
 *
 * @param waitMillis how long to wait for the result before answering 202; empty to wait until it is
 *     there
 */
record Preference(OptionalLong waitMillis) {
  /** Until the result is there. */
  static final Preference RESULT = new Preference(OptionalLong.empty());

  /** Not at all. */
  static final Preference ACCEPTED = new Preference(OptionalLong.of(0));

  private static final long MOST_SECONDS = 24 * 3600;

  /**
   * @param initial what a caller without a preference gets
   */
  static Preference of(MultiMap headers, Preference initial) {
    if (!headers.contains("Prefer")) {
      return initial;
    }
    boolean async = false;
    OptionalLong wait = OptionalLong.empty();
    for (String header : headers.getAll("Prefer")) {
      for (String part : header.split("[,;]", -1)) {
        String preference = part.strip().toLowerCase(Locale.ROOT);
        async |= preference.equals("respond-async");
        if (preference.startsWith("wait=") && wait.isEmpty()) {
          wait = seconds(preference.substring("wait=".length()).strip());
        }
      }
    }
    if (wait.isPresent()) {
      return new Preference(OptionalLong.of(wait.getAsLong() * 1000));
    }
    return async ? ACCEPTED : initial;
  }

  private static OptionalLong seconds(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Math.min(MOST_SECONDS, Long.parseLong(text)));
  }

  boolean waits() {
    return waitMillis.isEmpty() || waitMillis.getAsLong() > 0;
  }
}
