package dev.howdah.design;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 512B}, {@code 64MB} (a million bytes each) or {@code 64MiB}
 * (1024 × 1024 each).
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  /** What a size looks like, for messages. */
  public static final String CURE = "write a number with a unit, such as 512B, 64kB, 64MB or 64MiB";

  private static final Pattern FORM = Pattern.compile("(\\d{1,18}) ?([a-z]{1,3})");
  private static final Map<String, Long> UNITS =
      Map.of(
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException when the text is none; the message says what would be right
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("\"" + text + "\" is not a size; " + CURE);
    }
    try {
      return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("\"" + text + "\" is too large; " + CURE, e);
    }
  }

  /** The text in the largest unit that fits, which {@link #parse} reads back as the same size. */
  @Override
  public String toString() {
    if (bytes != 0) {
      for (String unit : new String[] {"GiB", "GB", "MiB", "MB", "KiB", "kB"}) {
        long size = UNITS.get(unit.toLowerCase(Locale.ROOT));
        if (bytes % size == 0) {
          return bytes / size + unit;
        }
      }
    }
    return bytes + "B";
  }
}
