package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;

/** Names the kind of a JSON value for messages. */
final class Kind {
  private Kind() {}

  static String of(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT, POJO -> "an object";
      case ARRAY -> "a list";
      case STRING, BINARY -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL, MISSING -> "empty";
    };
  }
}
