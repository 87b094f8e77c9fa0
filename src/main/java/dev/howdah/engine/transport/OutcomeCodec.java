package dev.howdah.engine.transport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.expression.Expression;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Outcomes that are no output, as JSON. */
final class OutcomeCodec {
  private OutcomeCodec() {}

  static JsonNode write(Outcome outcome) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (outcome instanceof Outcome.Sleeping sleeping) {
      json.put("is", "sleeping").put("until", sleeping.until().toEpochMilli());
    } else if (outcome instanceof Outcome.Child child) {
      json.put("is", "child").put("design", child.design()).put("revision", child.revision());
      json.set("input", child.input());
    } else if (outcome instanceof Outcome.Composed composed) {
      json.put("is", "composed").set("state", composed.state());
    } else if (outcome instanceof Outcome.Promised promised) {
      json.put("is", "promised").put("id", promised.id()).put("title", promised.title());
      promised.until().ifPresent(until -> json.put("until", until.toEpochMilli()));
      promised.schema().ifPresent(schema -> json.set("schema", schema));
    } else if (outcome instanceof Outcome.Spawned spawned) {
      json.put("is", "spawned").put("design", spawned.design()).put("revision", spawned.revision());
      json.set("input", spawned.input());
      json.set("output", spawned.output());
    } else if (outcome instanceof Outcome.Once once) {
      json.put("is", "once").put("scope", once.scope()).put("key", once.key());
      json.put("until", once.until().toEpochMilli()).set("output", once.output());
    } else if (outcome instanceof Outcome.Paced paced) {
      json.put("is", "paced").put("name", paced.name()).put("burst", paced.burst());
      json.put("interval", paced.interval().toNanos());
    } else if (outcome instanceof Outcome.Gathered gathered) {
      json.put("is", "gathered").put("scope", gathered.scope()).put("key", gathered.key());
      json.put("size", gathered.size()).put("last", gathered.last());
      gathered.within().ifPresent(within -> json.put("within", within.toMillis()));
      gathered.enough().ifPresent(enough -> json.put("enough", enough.source()));
      json.set("value", gathered.value());
    } else if (outcome instanceof Outcome.Dropped) {
      json.put("is", "dropped");
    } else if (outcome instanceof Outcome.Completed completed) {
      json.put("is", "completed").set("output", completed.output());
    }
    return json;
  }

  /** The inverse of {@link #write}. */
  static Outcome read(JsonNode json) {
    return switch (json.path("is").asText()) {
      case "sleeping" -> new Outcome.Sleeping(time(json, "until"));
      case "child" ->
          new Outcome.Child(
              json.get("design").textValue(), json.get("revision").intValue(), json.get("input"));
      case "composed" -> new Outcome.Composed(json.get("state"));
      case "promised" ->
          new Outcome.Promised(
              json.get("id").textValue(),
              json.has("until") ? Optional.of(time(json, "until")) : Optional.empty(),
              json.get("title").textValue(),
              Optional.ofNullable(json.get("schema")));
      case "spawned" ->
          new Outcome.Spawned(
              json.get("design").textValue(),
              json.get("revision").intValue(),
              json.get("input"),
              json.get("output"));
      case "once" ->
          new Outcome.Once(
              json.get("scope").textValue(),
              json.get("key").textValue(),
              time(json, "until"),
              json.get("output"));
      case "paced" ->
          new Outcome.Paced(
              json.get("name").textValue(),
              Duration.ofNanos(json.get("interval").longValue()),
              json.get("burst").intValue());
      case "gathered" ->
          new Outcome.Gathered(
              json.get("scope").textValue(),
              json.get("key").textValue(),
              json.get("value"),
              json.get("size").intValue(),
              json.has("within")
                  ? Optional.of(Duration.ofMillis(json.get("within").longValue()))
                  : Optional.empty(),
              json.get("last").booleanValue(),
              Optional.ofNullable(json.get("enough")).map(e -> Expression.parse(e.textValue())));
      case "dropped" -> new Outcome.Dropped();
      case "completed" -> new Outcome.Completed(json.get("output"));
      default -> throw new IllegalArgumentException("no outcome of Howdah: " + json);
    };
  }

  private static Instant time(JsonNode json, String field) {
    return Instant.ofEpochMilli(json.get(field).longValue());
  }
}
