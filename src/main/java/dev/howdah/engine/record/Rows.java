package dev.howdah.engine.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.RecordedStep;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.StepRow;
import dev.howdah.store.TimerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns what the engine decides into rows, and rows back into what it needs to know. */
public final class Rows {
  private Rows() {}

  static StepRow step(String execution, Decision.Step step) {
    return new StepRow(
        execution,
        step.path(),
        step.attempt(),
        step.status(),
        step.output().map(Value::text).orElse(null),
        step.taken().map(Rows::list).orElse(null),
        step.state().map(Json::write).orElse(null),
        step.group(),
        step.node(),
        step.startedAt(),
        step.micros(),
        step.error().map(Json::write).orElse(null));
  }

  /** A recorded step as a flow reads it. */
  public static RecordedStep recorded(StepRow row) {
    return new RecordedStep(
        row.path(),
        row.attempt(),
        row.status(),
        Optional.ofNullable(row.output()).map(Value::ofText),
        Optional.ofNullable(row.taken()).map(Rows::list),
        Optional.ofNullable(row.state()).map(Json::trusted),
        row.startedAt(),
        Optional.ofNullable(row.error()).map(Json::trusted),
        row.node() != null && row.node().startsWith(Rerun.BY));
  }

  static TimerRow timer(String execution, Decision.Timer timer) {
    return new TimerRow(
        execution, timer.path(), timer.kind().label(), timer.attempt(), timer.dueAt());
  }

  static TimerKind kind(TimerRow row) {
    return TimerKind.of(row.kind());
  }

  private static String list(List<String> ids) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode(ids.size());
    ids.forEach(list::add);
    return Json.write(list);
  }

  private static List<String> list(String text) {
    List<String> ids = new ArrayList<>();
    for (JsonNode id : Json.trusted(text)) {
      ids.add(id.textValue());
    }
    return ids;
  }
}
