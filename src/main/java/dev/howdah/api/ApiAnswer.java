package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with. Immutable.
 *
 * @param type the media type; empty without a body
 */
record ApiAnswer(int status, String type, Buffer body, Map<String, String> headers) {
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  static ApiAnswer json(int status, JsonNode json) {
    return text(status, JSON, Json.write(json));
  }

  /** JSON that has been serialised. */
  static ApiAnswer written(int status, String json) {
    return text(status, JSON, json);
  }

  static ApiAnswer text(int status, String type, String text) {
    return new ApiAnswer(status, type, Buffer.buffer(text), Map.of());
  }

  static ApiAnswer empty(int status) {
    return new ApiAnswer(status, "", Buffer.buffer(), Map.of());
  }

  static ApiAnswer bytes(String type, byte[] bytes) {
    return new ApiAnswer(200, type, Buffer.buffer(bytes), Map.of());
  }

  /** A problem document of RFC 9457. */
  static ApiAnswer problem(int status, Fault fault) {
    return problem(status, fault, Json.MAPPER.createObjectNode());
  }

  /**
   * A problem document of RFC 9457.
   *
   * @param more members besides the usual ones
   */
  static ApiAnswer problem(int status, Fault fault, ObjectNode more) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", "urn:howdah:problem:" + fault.code());
    json.put("title", Statuses.title(status));
    json.put("status", status);
    json.put("detail", fault.message());
    json.put("code", fault.code());
    json.setAll(more);
    ApiAnswer answer = text(status, PROBLEM, Json.write(json));
    return fault
        .retryAfter()
        .map(after -> answer.with("Retry-After", String.valueOf(Math.max(1, after.toSeconds()))))
        .orElse(answer);
  }

  ApiAnswer with(String header, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(header, value);
    return new ApiAnswer(status, type, body, all);
  }

  /** Writes it, on the event loop of the response; does nothing when the caller has gone. */
  void send(HttpServerResponse response) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    headers.forEach(response::putHeader);
    if (!type.isEmpty()) {
      response.putHeader("Content-Type", type);
    }
    response.end(body);
  }
}
