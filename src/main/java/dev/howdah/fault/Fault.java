package dev.howdah.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Why something failed, as a value.
 *
 * @param code stable, dotted and lower case, such as {@code wasm.trap}; never reworded once
 *     released
 * @param blame whose fault it is
 * @param message one sentence for a person: what happened, where, and what would be right
 * @param retryable whether the same call may succeed later; a type error or a trap never will
 * @param retryAfter how long the called side asked to wait before the next attempt, if it did
 */
public record Fault(
    String code, Blame blame, String message, boolean retryable, Optional<Duration> retryAfter) {

  public Fault {
    Objects.requireNonNull(blame, "blame");
    Objects.requireNonNull(retryAfter, "retryAfter");
    if (code == null || code.isBlank()) {
      throw new IllegalArgumentException("a fault needs a code");
    }
    if (message == null || message.isBlank()) {
      message = code;
    }
  }

  /** A fault that trying again cannot cure. */
  public static Fault rejected(String code, Blame blame, String message) {
    return new Fault(code, blame, message, false, Optional.empty());
  }

  /** A fault that may be gone at the next attempt. */
  public static Fault retryable(String code, Blame blame, String message) {
    return new Fault(code, blame, message, true, Optional.empty());
  }

  /** The same fault as one that trying again cannot cure. */
  public Fault forGood() {
    return rejected(code, blame, message);
  }

  /** The fault as it appears in responses, rows and error connections. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", code);
    json.put("blame", blame.label());
    json.put("message", message);
    json.put("retryable", retryable);
    retryAfter.ifPresent(after -> json.put("retry_after_ms", after.toMillis()));
    return json;
  }

  /** The inverse of {@link #toJson()}. */
  public static Fault fromJson(JsonNode json) {
    return new Fault(
        json.path("code").asText("engine.unknown"),
        Blame.valueOf(json.path("blame").asText("engine").toUpperCase(Locale.ROOT)),
        json.path("message").asText(""),
        json.path("retryable").asBoolean(),
        json.has("retry_after_ms")
            ? Optional.of(Duration.ofMillis(json.get("retry_after_ms").asLong()))
            : Optional.empty());
  }

  public FaultException toException() {
    return new FaultException(this);
  }
}
