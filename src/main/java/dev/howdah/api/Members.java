package dev.howdah.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.fault.Mistakes;
import java.util.Optional;
import java.util.Set;

/**
 * The members of the object that a request's body is. What is wrong with any of them is kept until
 * {@link #check} tells all of it. For one request.
 */
final class Members {
  private static final String CODE = "request.invalid";

  private final JsonNode object;
  private final Mistakes mistakes = new Mistakes(CODE);

  /**
   * The members of a body.
   *
   * @param known the names there are; others are mistakes
   * @throws dev.howdah.fault.FaultException when the body is no object
   */
  static Members of(JsonNode body, Set<String> known) {
    if (!body.isObject()) {
      Mistakes mistakes = new Mistakes(CODE);
      mistakes.add(CODE, "", "the body is " + kind(body), "it is an object");
      mistakes.throwIfAny();
    }
    return new Members(body, known);
  }

  private Members(JsonNode object, Set<String> known) {
    this.object = object;
    String names = String.join(", ", known.stream().sorted().toList());
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                wrong(
                    pointer(name),
                    "there is no field \"%s\"".formatted(name),
                    "there %s %s".formatted(known.size() == 1 ? "is" : "are", names));
              }
            });
  }

  JsonNode object() {
    return object;
  }

  Mistakes mistakes() {
    return mistakes;
  }

  /** A member that is there and not null. */
  Optional<JsonNode> value(String name) {
    return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
  }

  /** A member that is a text; one that is no text is a mistake. */
  Optional<String> text(String name) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isTextual()) {
      wrong(pointer(name), "%s is %s".formatted(name, kind(value.get())), "it is a text");
      return Optional.empty();
    }
    return value.map(JsonNode::textValue);
  }

  /** A text that has to be there; one that is missing is a mistake. */
  Optional<String> needed(String name) {
    Optional<String> text = text(name).filter(t -> !t.isBlank());
    boolean told = value(name).filter(value -> !value.isTextual()).isPresent();
    if (text.isEmpty() && !told) {
      wrong(pointer(name), name + " is missing", "it is a text");
    }
    return text;
  }

  /** A member that is true or false; any other value is a mistake. */
  Optional<Boolean> flag(String name) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      wrong(pointer(name), "%s is %s".formatted(name, kind(value.get())), "it is true or false");
      return Optional.empty();
    }
    return value.map(JsonNode::booleanValue);
  }

  void wrong(String pointer, String cause, String cure) {
    mistakes.add(CODE, pointer, cause, cure);
  }

  /**
   * Lets the request pass when nothing is wrong with it.
   *
   * @throws dev.howdah.fault.FaultException with all mistakes
   */
  void check() {
    mistakes.throwIfAny();
  }

  /** The JSON pointer of a member. */
  static String pointer(String... names) {
    JsonPointer pointer = JsonPointer.empty();
    for (String name : names) {
      pointer = pointer.appendProperty(name);
    }
    return pointer.toString();
  }

  /** What a value is, for a sentence. */
  static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NULL -> "null";
      default -> value.toString();
    };
  }
}
