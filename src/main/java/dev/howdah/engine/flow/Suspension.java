package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a step waits for without a worker being at it. Recorded with the step. */
public sealed interface Suspension {
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

  /** As it is recorded. */
  JsonNode toJson();

  /** The execution that a step waits for or has waited for, as its recorded state tells. */
  static Optional<String> childIn(JsonNode state) {
    return Optional.ofNullable(state.get("execution")).map(JsonNode::asText);
  }

  /** The inverse of {@link #toJson}. */
  static Suspension fromJson(JsonNode json) {
    if (json.has("execution")) {
      return new Child(json.get("execution").asText());
    }
    if (json.has("promise")) {
      return new Promise(
          json.get("promise").asText(),
          json.get("own").asBoolean(),
          json.path("until").asLong(),
          Optional.ofNullable(json.get("schema")));
    }
    if (json.has("gathering")) {
      return new Gathering(json.get("scope").asText(), json.get("gathering").asText());
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

  /**
   * For a promise.
   *
   * @param own whether nobody but this step knows it, unless it was told
   * @param dueAt when this step gives up, in epoch milliseconds, whatever becomes of the promise; 0
   *     for never
   * @param schema JSON Schema that the value must fit for this step
   */
  record Promise(String id, boolean own, long dueAt, Optional<JsonNode> schema)
      implements Suspension {
    @Override
    public Waiting.Reason reason() {
      return Waiting.Reason.PROMISE;
    }

    @Override
    public String detail() {
      return id;
    }

    @Override
    public JsonNode toJson() {
      ObjectNode json = object().put("promise", id).put("own", own);
      if (dueAt != 0) {
        json.put("until", dueAt);
      }
      schema.ifPresent(s -> json.set("schema", s));
      return json;
    }
  }

  /** For values of other executions. */
  record Gathering(String scope, String key) implements Suspension {
    @Override
    public Waiting.Reason reason() {
      return Waiting.Reason.GATHERING;
    }

    @Override
    public String detail() {
      return key;
    }

    @Override
    public JsonNode toJson() {
      return object().put("scope", scope).put("gathering", key);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
