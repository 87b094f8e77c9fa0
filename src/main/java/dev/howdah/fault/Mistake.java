package dev.howdah.fault;

import java.util.Objects;

/**
 * One thing that is wrong in what somebody asks for.
 *
 * @param code stable, dotted and lower case, such as {@code request.invalid}
 * @param place where: the JSON pointer of a member of a body, or the name of a setting
 * @param cause what is wrong, one sentence without a full stop
 * @param cure what would be right, one sentence without a full stop
 */
public record Mistake(String code, String place, String cause, String cure) {
  public Mistake {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(cure, "cure");
  }

  /** Cause and cure in one sentence. */
  @Override
  public String toString() {
    return cause + "; " + cure;
  }
}
