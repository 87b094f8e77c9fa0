package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Expression;
import dev.howdah.expression.ExpressionException;
import dev.howdah.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes steps of Camel's YAML DSL as maps, in the key order a person would choose. */
public final class Steps {
  private Steps() {}

  /** An endpoint to send to. */
  public static Map<String, Object> to(String id, String uri, Map<String, Object> parameters) {
    Map<String, Object> to = new LinkedHashMap<>();
    to.put("id", id);
    to.put("uri", uri);
    if (!parameters.isEmpty()) {
      to.put("parameters", parameters);
    }
    return Map.of("to", to);
  }

  /** An EIP with an id and an expression. */
  public static Map<String, Object> eip(
      String name, String id, JsonNode expression, List<Map<String, Object>> steps) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.putAll(expression(expression));
    if (!steps.isEmpty()) {
      body.put("steps", steps);
    }
    return Map.of(name, body);
  }

  /**
   * An expression as the DSL writes it: {@code jq} when the value is wholly one jq expression,
   * {@code template} for text and JSON with expressions inside.
   */
  public static Map<String, Object> expression(JsonNode template) {
    if (template.isTextual()) {
      String text = template.textValue().strip();
      if (isWhole(text)) {
        // Two braces in a row would be a Camel property; in jq they occur in strings only.
        String jq = text.substring(2, text.length() - 1).strip().replace("{{", "\\u007b{");
        return Map.of("jq", Map.of("expression", jq));
      }
    }
    Map<String, Object> language = new LinkedHashMap<>();
    language.put("language", "template");
    language.put("expression", Json.write(template).replace("{{", "\\u007b{"));
    return Map.of("language", language);
  }

  private static boolean isWhole(String text) {
    try {
      Expression.parse(text);
      return true;
    } catch (ExpressionException notWhole) {
      return false;
    }
  }
}
