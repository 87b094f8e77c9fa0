package dev.howdah.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the JSON that somebody was asked for in what they wrote: models put it into code fences and
 * between sentences.
 */
public final class JsonInText {
  private static final Pattern FENCE =
      Pattern.compile("```[A-Za-z0-9_-]*\\s*(.*?)```", Pattern.DOTALL);

  private static final ObjectReader FIRST_VALUE =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** More beginnings than this are no answer but a text full of braces. */
  private static final int MOST_BEGINNINGS = 200;

  private JsonInText() {}

  /**
   * The JSON of an answer: a value that is no text as it is; of a text all of it, else what is in
   * its first code fence that holds JSON, else the longest object or list inside of it. Empty when
   * there is none.
   */
  public static Optional<JsonNode> find(JsonNode answer) {
    return answer.isTextual() ? find(answer.textValue()) : Optional.of(answer);
  }

  /** The JSON of a text. */
  public static Optional<JsonNode> find(String text) {
    Optional<JsonNode> whole = whole(text);
    if (whole.isPresent()) {
      return whole;
    }
    Matcher fence = FENCE.matcher(text);
    while (fence.find()) {
      Optional<JsonNode> inside = whole(fence.group(1));
      if (inside.isPresent()) {
        return inside;
      }
    }
    return embedded(text);
  }

  private static Optional<JsonNode> whole(String text) {
    try {
      return Optional.ofNullable(Json.read(text)).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> embedded(String text) {
    JsonNode longest = null;
    int length = 0;
    int tried = 0;
    for (int at = 0; at < text.length() && tried < MOST_BEGINNINGS; at++) {
      char c = text.charAt(at);
      if (c != '{' && c != '[') {
        continue;
      }
      tried++;
      try (JsonParser parser = Json.MAPPER.createParser(text.substring(at))) {
        JsonNode found = FIRST_VALUE.readTree(parser);
        int end = (int) parser.currentLocation().getCharOffset();
        if (end > length) {
          longest = found;
          length = end;
        }
        at += end - 1;
      } catch (IOException e) {
        // What begins here is no JSON; perhaps what begins later is.
      }
    }
    return Optional.ofNullable(longest);
  }
}
