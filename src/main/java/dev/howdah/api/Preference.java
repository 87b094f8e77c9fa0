package dev.howdah.api;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

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
    OptionalLong wait = OptionalLong.empty();
    for (String preference : all(headers)) {
      if (preference.startsWith("wait=") && wait.isEmpty()) {
        wait = seconds(preference.substring("wait=".length()).strip());
      }
    }
    if (wait.isPresent()) {
      return new Preference(OptionalLong.of(wait.getAsLong() * 1000));
    }
    return isAsync(headers) ? ACCEPTED : initial;
  }

  /** Whether a caller has asked not to wait, or no longer than it says. */
  static boolean isAsync(MultiMap headers) {
    return all(headers).contains("respond-async");
  }

  private static List<String> all(MultiMap headers) {
    return headers.getAll("Prefer").stream()
        .flatMap(header -> Stream.of(header.split("[,;]", -1)))
        .map(preference -> preference.strip().toLowerCase(Locale.ROOT))
        .toList();
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
