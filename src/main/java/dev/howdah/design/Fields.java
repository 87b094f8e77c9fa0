package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the fields of one object of a document and reports those that are wrong. */
final class Fields {
  private final Document document;
  private final String pointer;
  private final JsonNode object;
  private final Problems problems;

  Fields(Document document, String pointer, JsonNode object, Problems problems) {
    this.document = document;
    this.pointer = pointer;
    this.object = object;
    this.problems = problems;
  }

  /** The value of a field; empty when it is not there or null. */
  Optional<JsonNode> value(String field) {
    JsonNode value = object.get(field);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  Optional<String> text(String field) {
    Optional<JsonNode> value = value(field);
    if (value.isPresent() && !value.get().isTextual()) {
      wrong(
          field,
          "\"" + field + "\" is " + Kind.of(value.get()) + " where a text belongs",
          "write it in quotes");
      return Optional.empty();
    }
    return value.map(JsonNode::textValue);
  }

  /** A text of a form; {@code cure} says what the form is. */
  Optional<String> text(String field, Pattern form, String cure) {
    Optional<String> text = text(field);
    if (text.isPresent() && !form.matcher(text.get()).matches()) {
      wrong(field, "\"" + shortened(text.get()) + "\" is not a valid " + field, cure);
      return Optional.empty();
    }
    return text;
  }

  Optional<Duration> duration(String field) {
    Optional<JsonNode> value = value(field);
    if (value.isPresent() && value.get().isNumber()) {
      wrong(
          field,
          "\"" + field + "\" is a number without a unit",
          "write " + value.get().asText() + "s for seconds or " + value.get().asText() + "ms");
      return Optional.empty();
    }
    return text(field).flatMap(text -> duration(field, text));
  }

  private Optional<Duration> duration(String field, String text) {
    try {
      Duration duration = Durations.parse(text);
      if (duration.isZero()) {
        wrong(field, "\"" + field + "\" is zero", "write a longer time, or leave it out");
        return Optional.empty();
      }
      return Optional.of(duration);
    } catch (IllegalArgumentException e) {
      wrong(field, "\"" + shortened(text) + "\" is not a duration", Durations.CURE);
      return Optional.empty();
    }
  }

  <E extends Enum<E>> Optional<E> constant(String field, Class<E> type) {
    Optional<String> text = text(field);
    for (E constant : type.getEnumConstants()) {
      if (text.isPresent() && constant.name().toLowerCase(Locale.ROOT).equals(text.get())) {
        return Optional.of(constant);
      }
    }
    if (text.isPresent()) {
      wrong(
          field,
          "\"" + shortened(text.get()) + "\" is not a valid " + field,
          "write "
              + Stream.of(type.getEnumConstants())
                  .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(" or ")));
    }
    return Optional.empty();
  }

  /** Reports fields that look like a misspelt known one; what else is there is kept unread. */
  void misspelt(Collection<String> known, Collection<String> tolerated) {
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!known.contains(field) && !tolerated.contains(field)) {
                Suggestion.of(field, known)
                    .ifPresent(
                        meant ->
                            problems.add(
                                "design.unknown-field",
                                document.key(TreeBuilder.member(pointer, field)),
                                "there is no field \"" + field + "\"",
                                "did you mean \"" + meant + "\"?"));
              }
            });
  }

  void wrong(String field, String message, String cure) {
    problems.add(
        "design.invalid-field", document.at(TreeBuilder.member(pointer, field)), message, cure);
  }

  void missing(String field, String cure) {
    problems.add(
        "design.missing-field", document.at(pointer), "\"" + field + "\" is missing", cure);
  }

  static String shortened(String text) {
    String line = text.replace('\n', ' ');
    return line.length() <= 60 ? line : line.substring(0, 57) + "...";
  }
}
