package dev.howdah.design;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says in our words what the schema validator found. */
final class SchemaProblem {
  /** Fields of a block that authors tend to write among its settings. */
  private static final Set<String> OF_BLOCK = Set.of("group", "timeout", "retry", "when");

  private SchemaProblem() {}

  static void report(ValidationMessage message, JsonNode data, JsonNode schema, Report report) {
    String pointer = message.getInstanceLocation().toString();
    JsonNode value = data.at(JsonPointer.compile(pointer));
    String path = message.getEvaluationPath().toString();
    JsonNode rules = schema.at(JsonPointer.compile(path.substring(0, path.lastIndexOf('/'))));
    switch (message.getType()) {
      case "required" -> missing(message.getProperty(), pointer, rules, report);
      case "additionalProperties" -> unknown(message.getProperty(), pointer, rules, report);
      case "enum" -> oneOf(pointer, value, rules.get("enum"), report);
      case "type" -> wrongType(pointer, value, rules, report);
      default -> report.wrong(pointer, message.getMessage(), "correct it");
    }
  }

  private static void missing(String name, String pointer, JsonNode rules, Report report) {
    String description = rules.path("properties").path(name).path("description").asText("");
    report.missing(pointer, name, description.isEmpty() ? "add it" : "add it: " + description);
  }

  private static void unknown(String name, String pointer, JsonNode rules, Report report) {
    List<String> known = new ArrayList<>();
    rules.path("properties").fieldNames().forEachRemaining(known::add);
    String cure =
        Suggestion.of(name, known)
            .map(meant -> "did you mean \"" + meant + "\"?")
            .orElseGet(() -> otherwise(name, pointer, known));
    report.unknown(pointer, name, cure);
  }

  private static String otherwise(String name, String pointer, List<String> known) {
    if (pointer.isEmpty() && OF_BLOCK.contains(name)) {
      return "write it next to the block's id, type and data";
    }
    return known.isEmpty() ? "remove it" : "the settings are " + String.join(", ", known);
  }

  private static void oneOf(String pointer, JsonNode value, JsonNode allowed, Report report) {
    String text = value.asText();
    report.wrong(
        pointer,
        "\"" + Fields.shortened(text) + "\" is not a valid " + name(pointer),
        Suggestion.of(text, names(allowed))
            .map(meant -> "did you mean \"" + meant + "\"?")
            .orElseGet(() -> choice(allowed)));
  }

  private static String choice(JsonNode allowed) {
    return "write " + String.join(" or ", names(allowed));
  }

  private static List<String> names(JsonNode allowed) {
    return StreamSupport.stream(allowed.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static void wrongType(String pointer, JsonNode value, JsonNode rules, Report report) {
    report.wrong(
        pointer,
        named(pointer) + " is " + Kind.of(value) + " where " + wanted(rules) + " belongs",
        cure(value, rules));
  }

  private static String named(String pointer) {
    return pointer.isEmpty() ? "this" : "\"" + name(pointer) + "\"";
  }

  private static String name(String pointer) {
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    if (!last.matches("\\d+")) {
      return last.replace("~1", "/").replace("~0", "~");
    }
    String list = pointer.substring(0, pointer.lastIndexOf('/'));
    return name(list) + "[" + last + "]";
  }

  private static String wanted(JsonNode rules) {
    return StreamSupport.stream(types(rules).spliterator(), false)
        .map(type -> kind(type.asText(), rules.path("format").asText("")))
        .collect(Collectors.joining(" or "));
  }

  private static Iterable<JsonNode> types(JsonNode rules) {
    JsonNode type = rules.path("type");
    return type.isArray() ? type : List.of(type);
  }

  private static String kind(String type, String format) {
    return switch (type) {
      case "string" ->
          switch (format) {
            case "short-duration" -> "a duration";
            case "byte-size" -> "a size";
            case "expression" -> "an expression";
            default -> "a text";
          };
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      default -> "an object";
    };
  }

  private static String cure(JsonNode value, JsonNode rules) {
    if (rules.has("enum")) {
      return choice(rules.get("enum"));
    }
    return switch (rules.path("format").asText("")) {
      case "short-duration" -> Durations.CURE;
      case "byte-size" -> ByteSize.CURE;
      case "expression" -> "write it as ${ … }";
      default ->
          switch (rules.path("type").asText("")) {
            case "string" -> value.isNull() ? something(rules) : "write it in quotes";
            case "integer", "number" ->
                value.isTextual() ? "write it without quotes" : something(rules);
            case "boolean" -> "write true or false without quotes";
            case "array" -> "write it as a list";
            default -> "write its settings below it";
          };
    };
  }

  /** What to write where something else stands, or nothing. */
  private static String something(JsonNode rules) {
    String description = rules.path("description").asText("");
    return "write " + wanted(rules) + (description.isEmpty() ? "" : ": " + description);
  }
}
