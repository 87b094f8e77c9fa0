package dev.howdah.design;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations: {@code 500ms}, {@code 10s}, {@code 1.5h}, {@code PT10S}. */
public final class Durations {
  /** What a duration looks like, for messages. */
  public static final String CURE = "write a number with a unit, such as 500ms, 10s, 5m, 2h or 1d";

  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Pattern SHORT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?) ?(ms|s|m|h|d)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private Durations() {}

  /**
   * Reads a duration, which is neither negative nor longer than a hundred years.
   *
   * @throws IllegalArgumentException when the text is none; the message says what would be right
   */
  public static Duration parse(String text) {
    String trimmed = text.strip();
    Matcher matcher = SHORT.matcher(trimmed);
    Duration duration = matcher.matches() ? ofUnit(matcher) : ofIso(trimmed);
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is not between 0s and 36500d; " + CURE);
    }
    return duration;
  }

  private static Duration ofUnit(Matcher matcher) {
    BigDecimal nanos =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(MILLIS.get(matcher.group(2))))
            .scaleByPowerOfTen(6);
    BigDecimal[] seconds = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
    return Duration.ofSeconds(seconds[0].longValue(), seconds[1].longValue());
  }

  private static Duration ofIso(String text) {
    if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
      try {
        return Duration.parse(text);
      } catch (DateTimeParseException | ArithmeticException e) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is not an ISO 8601 duration; " + CURE, e);
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a duration; " + CURE);
  }

  /** The shortest text that {@link #parse} reads back as the same duration. */
  public static String format(Duration duration) {
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return duration.toString();
    }
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      if (millis % MILLIS.get(unit) == 0 && millis != 0) {
        return millis / MILLIS.get(unit) + unit;
      }
    }
    return millis + "ms";
  }
}
