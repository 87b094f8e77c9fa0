package dev.howdah.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.Json;
import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Query parameters as an input: an object of texts. Where the input's schema wants a number or a
 * boolean, a text that is one in JSON becomes it; a name given several times, or one whose schema
 * is an array, becomes an array.
 */
final class QueryInput {
  private QueryInput() {}

  static JsonNode of(MultiMap query, Optional<JsonNode> schema) {
    ObjectNode input = Json.MAPPER.createObjectNode();
    for (String name : query.names()) {
      JsonNode property = schema.map(s -> s.path("properties").path(name)).orElse(input.path(""));
      List<String> texts = query.getAll(name);
      if (texts.size() == 1 && !types(property).contains("array")) {
        input.set(name, value(texts.get(0), types(property)));
      } else {
        ArrayNode list = input.putArray(name);
        Set<String> types = types(property.path("items"));
        texts.forEach(text -> list.add(value(text, types)));
      }
    }
    return input;
  }

  private static Set<String> types(JsonNode schema) {
    JsonNode type = schema.path("type");
    Set<String> types = new HashSet<>();
    if (type.isTextual()) {
      types.add(type.textValue());
    }
    type.forEach(one -> types.add(one.asText()));
    return types;
  }

  private static JsonNode value(String text, Set<String> types) {
    boolean number = types.contains("integer") || types.contains("number");
    if (!number && !types.contains("boolean")) {
      return TextNode.valueOf(text);
    }
    try {
      JsonNode value = Json.read(text);
      boolean wanted = value.isNumber() ? number : value.isBoolean() && types.contains("boolean");
      return wanted ? value : TextNode.valueOf(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
