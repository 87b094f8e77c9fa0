package dev.howdah.design;

import java.util.Comparator;
import java.util.Objects;

/**
 * One thing that is wrong in a document.
 *
 * @param code stable, dotted and lower case, such as {@code design.duplicate-key}
 * @param position where
 * @param message what is wrong, one sentence without a full stop
 * @param cure what would be right, one sentence without a full stop
 */
public record Problem(String code, Position position, String message, String cure)
    implements Comparable<Problem> {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::position)
          .thenComparing(Problem::code)
          .thenComparing(Problem::message);

  public Problem {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(cure, "cure");
  }

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line:column: Message. Cure.} */
  @Override
  public String toString() {
    return position + ": " + sentence(message) + " " + sentence(cure);
  }

  private static String sentence(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String end = text.endsWith("?") || text.endsWith(".") ? "" : ".";
    // What is no plain word is the name of something, and stays as it is written.
    boolean plain = text.split(" ", 2)[0].matches("[a-z]+(-[a-z]+)*[,;:]?");
    return (plain ? Character.toUpperCase(text.charAt(0)) : text.charAt(0))
        + text.substring(1)
        + end;
  }
}
