package dev.howdah.engine.transport;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages of the work and group topics as UTF-8 JSON. What is already text is copied as it is. */
public final class Codec {
  /** What a record is about; its {@code type}. */
  public enum Type {
    STAGE,
    RESULT,
    PARTIAL,
    CHILD,
    CANCEL,
    STOP
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private Codec() {}

  public static byte[] stage(Dispatch dispatch) {
    return write(
        Type.STAGE,
        json -> {
          json.writeStringField("execution", dispatch.execution());
          json.writeStringField("deployment", dispatch.deployment());
          json.writeStringField("plan", dispatch.plan());
          json.writeStringField("stage", dispatch.stage());
          json.writeStringField("path", dispatch.path());
          json.writeNumberField("attempt", dispatch.attempt());
          json.writeStringField("group", dispatch.group());
          json.writeNumberField("started_at", dispatch.startedAt());
          if (dispatch.deadlineAt() != Long.MAX_VALUE) {
            json.writeNumberField("deadline_at", dispatch.deadlineAt());
          }
          raw(json, "input", dispatch.input());
          if (dispatch.executionInput().isPresent()) {
            raw(json, "execution_input", dispatch.executionInput().get());
          }
          if (!dispatch.blocks().isEmpty()) {
            json.writeObjectFieldStart("blocks");
            for (Map.Entry<String, Value> block : dispatch.blocks().entrySet()) {
              raw(json, block.getKey(), block.getValue());
            }
            json.writeEndObject();
          }
          if (!dispatch.given().isEmpty()) {
            json.writeObjectFieldStart("given");
            for (Map.Entry<String, Optional<Value>> block : dispatch.given().entrySet()) {
              json.writeArrayFieldStart(block.getKey());
              if (block.getValue().isPresent()) {
                json.writeRawValue(block.getValue().get().text());
              }
              json.writeEndArray();
            }
            json.writeEndObject();
          }
          if (dispatch.item().isPresent()) {
            raw(json, "item", dispatch.item().get().value());
            json.writeNumberField("index", dispatch.item().get().index());
          }
          if (!dispatch.lineage().isEmpty()) {
            texts(json, "lineage", dispatch.lineage());
          }
        });
  }

  public static byte[] result(StageResult result) {
    return write(
        Type.RESULT,
        json -> {
          json.writeStringField("execution", result.execution());
          json.writeStringField("path", result.path());
          json.writeNumberField("attempt", result.attempt());
          json.writeStringField("node", result.node());
          json.writeArrayFieldStart("steps");
          for (StepResult step : result.steps()) {
            json.writeStartObject();
            json.writeStringField("block", step.block());
            json.writeNumberField("started_at", step.startedAt());
            json.writeNumberField("micros", step.micros());
            step(json, step);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** What a stage tells while it runs; lost when nobody watches. */
  public static byte[] partial(Partial partial) {
    return write(
        Type.PARTIAL,
        json -> {
          json.writeStringField("execution", partial.execution());
          json.writeStringField("path", partial.path());
          json.writeNumberField("attempt", partial.attempt());
          json.writeStringField("text", partial.text());
        });
  }

  /** Tells the owner of an execution that a child it waits for has ended. */
  public static byte[] child(String execution, String path, String child) {
    return write(
        Type.CHILD,
        json -> {
          json.writeStringField("execution", execution);
          json.writeStringField("path", path);
          json.writeStringField("child", child);
        });
  }

  public static byte[] cancel(String execution, String reason) {
    return write(
        Type.CANCEL,
        json -> {
          json.writeStringField("execution", execution);
          json.writeStringField("reason", reason);
        });
  }

  /** That nobody wants the result of a stage any more, while its execution goes on. */
  public static byte[] stop(String execution, String path) {
    return write(
        Type.STOP,
        json -> {
          json.writeStringField("execution", execution);
          json.writeStringField("path", path);
        });
  }

  /**
   * Reads any of them.
   *
   * @throws IOException when it is none
   */
  public static JsonNode read(byte[] record) throws IOException {
    JsonNode message = Json.MAPPER.readTree(record);
    if (!message.path("type").isTextual() || !message.path("execution").isTextual()) {
      throw new IOException("no message of Howdah");
    }
    return message;
  }

  public static Type type(JsonNode message) {
    return Type.valueOf(message.get("type").textValue());
  }

  public static Dispatch dispatch(JsonNode message) {
    return new Dispatch(
        message.get("execution").textValue(),
        message.get("deployment").textValue(),
        message.get("plan").textValue(),
        message.get("stage").textValue(),
        message.get("path").textValue(),
        message.get("attempt").intValue(),
        message.get("group").textValue(),
        Value.of(message.get("input")),
        Optional.ofNullable(message.get("execution_input")).map(Value::of),
        values(message, "blocks"),
        given(message),
        message.has("index")
            ? Optional.of(
                new Dispatch.Item(Value.of(message.get("item")), message.get("index").intValue()))
            : Optional.empty(),
        message.get("started_at").longValue(),
        message.has("deadline_at") ? message.get("deadline_at").longValue() : Long.MAX_VALUE,
        Optional.ofNullable(message.get("lineage")).map(Codec::texts).orElse(List.of()),
        Optional.empty());
  }

  private static Map<String, Optional<Value>> given(JsonNode message) {
    if (!message.has("given")) {
      return Map.of();
    }
    Map<String, Optional<Value>> given = new LinkedHashMap<>();
    message
        .get("given")
        .properties()
        .forEach(
            e -> given.put(e.getKey(), Optional.ofNullable(e.getValue().get(0)).map(Value::of)));
    return given;
  }

  private static Map<String, Value> values(JsonNode message, String field) {
    if (!message.has(field)) {
      return Map.of();
    }
    Map<String, Value> values = new LinkedHashMap<>();
    message.get(field).properties().forEach(e -> values.put(e.getKey(), Value.of(e.getValue())));
    return values;
  }

  public static Partial partial(JsonNode message) {
    return new Partial(
        message.get("execution").textValue(),
        message.get("path").textValue(),
        message.get("attempt").intValue(),
        message.get("text").textValue());
  }

  public static StageResult result(JsonNode message) {
    List<StepResult> steps = new ArrayList<>();
    for (JsonNode step : message.get("steps")) {
      steps.add(step(step));
    }
    return new StageResult(
        message.get("execution").textValue(),
        message.get("path").textValue(),
        message.get("attempt").intValue(),
        message.get("node").textValue(),
        steps);
  }

  private static void step(JsonGenerator json, StepResult step) throws IOException {
    if (step instanceof StepResult.Done done) {
      raw(json, "output", done.output());
      if (done.taken().isPresent()) {
        texts(json, "taken", done.taken().get());
      }
      if (done.meta().isPresent()) {
        json.writeFieldName("meta");
        json.writeTree(done.meta().get());
      }
    } else if (step instanceof StepResult.Failed failed) {
      json.writeFieldName("fault");
      json.writeTree(failed.fault().toJson());
    } else if (step instanceof StepResult.Suspended suspended) {
      json.writeFieldName("outcome");
      json.writeTree(OutcomeCodec.write(suspended.outcome()));
    } else {
      json.writeBooleanField("skipped", true);
    }
  }

  private static StepResult step(JsonNode step) {
    String block = step.get("block").textValue();
    long startedAt = step.get("started_at").longValue();
    long micros = step.get("micros").longValue();
    if (step.has("output")) {
      Optional<List<String>> taken = Optional.ofNullable(step.get("taken")).map(Codec::texts);
      return new StepResult.Done(
          block,
          startedAt,
          micros,
          Value.of(step.get("output")),
          taken,
          Optional.ofNullable(step.get("meta")));
    }
    if (step.has("fault")) {
      return new StepResult.Failed(block, startedAt, micros, Fault.fromJson(step.get("fault")));
    }
    if (step.has("outcome")) {
      return new StepResult.Suspended(
          block, startedAt, micros, OutcomeCodec.read(step.get("outcome")));
    }
    return new StepResult.Skipped(block, startedAt, micros);
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static void raw(JsonGenerator json, String name, Value value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value.text());
  }

  private static byte[] write(Type type, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", type.name());
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a message could not be written to memory", e);
    }
    return bytes.toByteArray();
  }

  /** The execution a message is about. */
  public static String execution(JsonNode message) {
    return message.get("execution").textValue();
  }
}
