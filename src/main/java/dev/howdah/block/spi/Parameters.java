package dev.howdah.block.spi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Carries JSON through the parameters of a Camel endpoint URI and back without loss.
 *
 * <p>Text stays text as long as nobody could take it for JSON; everything else is JSON text. What
 * Camel would decode or replace in a URI is wrapped in {@code RAW(…)} and, where even that is not
 * enough, written with JSON's own escapes.
 */
public final class Parameters {
  /**
   * What means something to Camel even inside {@code RAW(…)}, that is a placeholder, a function and
   * where a raw part begins and ends, and what no URI may hold. In JSON all of these occur inside
   * strings only, where a character may be escaped.
   */
  private static final Pattern SPECIAL =
      Pattern.compile(
          "\\{(?=\\{)|(?<=RAW)[({]|(?<=\\$simple)\\{|(?<=\\))&|[\\x00-\\x1f\\x7f-\\x9f]|[\\p{Z}&&[^ ]]");

  private Parameters() {}

  private static String escaped(MatchResult special) {
    return "\\\\u%04x".formatted((int) special.group().charAt(0));
  }

  /** One parameter per property, values as they are put into YAML. */
  public static Map<String, Object> encode(ObjectNode data) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    data.properties().forEach(e -> parameters.put(e.getKey(), encode(e.getValue())));
    return parameters;
  }

  /** The inverse of {@link #encode(ObjectNode)}, from the values Camel hands to a component. */
  public static ObjectNode decode(Map<String, Object> parameters) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    parameters.forEach((name, value) -> data.set(name, decode(String.valueOf(value))));
    return data;
  }

  private static Object encode(JsonNode value) {
    String text = value.isTextual() ? value.textValue() : Json.write(value);
    if (value.isTextual() && (looksLikeJson(text) || isUnsafe(text))) {
      text = Json.write(value);
    }
    text = SPECIAL.matcher(text).replaceAll(Parameters::escaped);
    return needsRaw(text) ? "RAW(" + text + ")" : text;
  }

  static JsonNode decode(String text) {
    if (looksLikeJson(text)) {
      try {
        return Json.read(text);
      } catch (JsonProcessingException e) {
        return JsonNodeFactory.instance.textNode(text);
      }
    }
    return JsonNodeFactory.instance.textNode(text);
  }

  private static boolean looksLikeJson(String text) {
    if (text.isEmpty()) {
      return true;
    }
    char first = text.charAt(0);
    return first == '"'
        || first == '{'
        || first == '['
        || first == '-'
        || Character.isDigit(first)
        || Character.isWhitespace(first)
        || text.equals("true")
        || text.equals("false")
        || text.equals("null");
  }

  private static boolean isUnsafe(String text) {
    return text.startsWith("#")
        || SPECIAL.matcher(text).find()
        || text.chars().anyMatch(c -> Character.isSurrogate((char) c))
        || Character.isWhitespace(text.charAt(text.length() - 1));
  }

  private static boolean needsRaw(String text) {
    return text.chars().anyMatch(c -> c == '&' || c == '+' || c == '%' || c == '#');
  }
}
