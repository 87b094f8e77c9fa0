package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Expression;
import dev.howdah.expression.ExpressionException;
import dev.howdah.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes steps of Camel's YAML DSL as maps, in the key order a person would choose. */
public final class Steps {
  /** The name that stands for the end of a design where the name of a stage could be. */
  public static final String END = "end";

  private static final Pattern TWO_BRACES = Pattern.compile("\\{(?=\\{)");

  private Steps() {}

  /** The way to another stage. */
  public static Map<String, Object> toStage(String name) {
    return Map.of("to", "stage:" + name);
  }

  /** The way to nowhere: what gets here is part of the result. */
  public static Map<String, Object> toEnd() {
    return toStage(END);
  }

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

  /** One jq expression in another language of Howdah's. */
  public static Map<String, Object> language(String name, Expression expression) {
    String text = expression.source().strip();
    Map<String, Object> language = new LinkedHashMap<>();
    language.put("language", name);
    language.put("expression", withoutPlaceholders(text.substring(2, text.length() - 1).strip()));
    return language;
  }

  /**
   * An expression as the DSL writes it: {@code jq} when the value is wholly one jq expression,
   * {@code template} for text and JSON with expressions inside.
   */
  public static Map<String, Object> expression(JsonNode template) {
    if (template.isTextual()) {
      String text = template.textValue().strip();
      if (isWhole(text)) {
        String jq = text.substring(2, text.length() - 1).strip();
        return Map.of("jq", Map.of("expression", withoutPlaceholders(jq)));
      }
    }
    Map<String, Object> language = new LinkedHashMap<>();
    language.put("language", "template");
    language.put("expression", withoutPlaceholders(Json.write(template)));
    return Map.of("language", language);
  }

  /** Two braces in a row would be a Camel property; in jq and JSON they occur in strings only. */
  private static String withoutPlaceholders(String text) {
    return TWO_BRACES.matcher(text).replaceAll("\\\\u007b");
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
