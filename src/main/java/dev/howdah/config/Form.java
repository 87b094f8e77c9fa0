package dev.howdah.config;

import dev.howdah.design.ByteSize;
import dev.howdah.design.Durations;
import java.util.List;

/** What the value of a setting looks like. */
@FunctionalInterface
interface Form {
  /** Anything; whoever reads it may want more. */
  Form TEXT = text -> {};

  Form DURATION = Durations::parse;
  Form SIZE = ByteSize::parse;

  /**
   * Lets a value pass that has this form.
   *
   * @throws IllegalArgumentException when it has not; the message says what would be right
   */
  void check(String text);

  /** A whole number between two. */
  static Form number(int least, int most) {
    String cure = "it is a whole number from " + least + " to " + most;
    return text -> {
      int number;
      try {
        number = Integer.parseInt(text.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(cure, e);
      }
      if (number < least || number > most) {
        throw new IllegalArgumentException(cure);
      }
    };
  }

  /** One of some words, however their letters are written. */
  static Form oneOf(String... words) {
    String cure =
        "it is %s or %s"
            .formatted(
                String.join(", ", List.of(words).subList(0, words.length - 1)),
                words[words.length - 1]);
    return text -> {
      if (List.of(words).stream().noneMatch(text.strip()::equalsIgnoreCase)) {
        throw new IllegalArgumentException(cure);
      }
    };
  }

  /** This form, or nothing. */
  default Form orEmpty() {
    return text -> {
      if (!text.isBlank()) {
        check(text);
      }
    };
  }
}
