package dev.howdah.worker.camel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message to an endpoint.
 *
 * @param body text is sent as it is, null is no body, everything else is JSON text
 * @param headers text, numbers and booleans as such, null is left out, everything else is JSON text
 * @param answer what the answer's body becomes; empty for a message without one
 * @param maxResponse the most bytes an answer may have
 * @param idempotencyKey goes along as a header
 */
public record CamelMessage(
    CamelUri uri,
    JsonNode body,
    Map<String, JsonNode> headers,
    Optional<Answer> answer,
    long maxResponse,
    String idempotencyKey) {

  /** The header that tells a repeat of the same attempt; what {@code howdah:} endpoints read. */
  public static final String IDEMPOTENCY_KEY = "HowdahIdempotencyKey";

  /** What the body of an answer becomes. */
  public enum Answer {
    /** JSON; nothing is null. */
    JSON,
    TEXT,
    /** Base64 text. */
    BYTES
  }

  public CamelMessage {
    headers = Map.copyOf(headers);
    if (maxResponse < 1 || maxResponse >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("maxResponse is from 1 to 2147483646");
    }
  }

  /** The body as an endpoint gets it; null for none. */
  Object bodyForCamel() {
    if (body.isNull()) {
      return null;
    }
    return body.isTextual() ? body.textValue() : Json.write(body);
  }

  Map<String, Object> headersForCamel() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(IDEMPOTENCY_KEY, idempotencyKey);
    headers.forEach(
        (name, value) -> {
          if (!value.isNull()) {
            all.put(name, header(value));
          }
        });
    return all;
  }

  private static Object header(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isNumber() ? value.numberValue() : Json.write(value);
  }
}
