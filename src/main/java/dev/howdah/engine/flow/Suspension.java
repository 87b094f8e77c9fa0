package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a step waits for without a worker being at it. Recorded with the step. */
sealed interface Suspension {
  /** What {@code waiting_for} says. */
  Waiting.Reason reason();

  /** When the wait is over at the latest, in epoch milliseconds; 0 when nobody knows. */
  default long dueAt() {
    return 0;
  }

  /** What a person may want to know: an id, or nothing. */
  default String detail() {
    return "";
  }

  JsonNode toJson();

  /** The inverse of {@link #toJson}. */
  static Suspension fromJson(JsonNode json) {
    if (json.has("execution")) {
      return new Child(json.get("execution").asText());
    }
    return new Sleep(json.get("until").asLong());
  }

  /** Until a time. */
  record Sleep(long dueAt) implements Suspension {
    @Override
    public Waiting.Reason reason() {
      return Waiting.Reason.SLEEP;
    }

    @Override
    public JsonNode toJson() {
      return object().put("until", dueAt);
    }
  }

  /** For another execution. */
  record Child(String execution) implements Suspension {
    @Override
    public Waiting.Reason reason() {
      return Waiting.Reason.CHILD;
    }

    @Override
    public String detail() {
      return execution;
    }

    @Override
    public JsonNode toJson() {
      return object().put("execution", execution);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
