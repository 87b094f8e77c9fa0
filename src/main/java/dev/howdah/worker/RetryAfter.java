package dev.howdah.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the {@code Retry-After} header of RFC 9110, section 10.2.3: seconds, or a date in any of
 * the three forms that section 5.6.7 asks a recipient to know.
 */
public final class RetryAfter {
  /** A server whose clock is wrong must not put an execution to sleep for years. */
  public static final Duration LONGEST = Duration.ofDays(1);

  private static final Pattern SECONDS = Pattern.compile("[0-9]+");
  private static final DateTimeFormatter PREFERRED = format("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = format("EEE MMM ppd HH:mm:ss yyyy");

  private RetryAfter() {}

  /** How long to wait from now, at most {@link #LONGEST}; empty when the header says nothing. */
  public static Optional<Duration> parse(String header, InstantSource clock) {
    String value = header.strip();
    if (SECONDS.matcher(value).matches()) {
      boolean fits = value.length() <= 9;
      return Optional.of(fits ? bounded(Duration.ofSeconds(Long.parseLong(value))) : LONGEST);
    }
    Instant now = clock.instant();
    return Stream.of(PREFERRED, rfc850(now), ASCTIME)
        .flatMap(format -> date(format, value).stream())
        .findFirst()
        .map(due -> bounded(Duration.between(now, due)));
  }

  private static Optional<Instant> date(DateTimeFormatter format, String value) {
    try {
      return Optional.of(format.parse(value, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  /** A year of two digits is the one that is at most fifty years ahead. */
  private static DateTimeFormatter rfc850(Instant now) {
    LocalDate first = LocalDate.ofInstant(now, ZoneOffset.UTC).minusYears(49);
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, first)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }
}
