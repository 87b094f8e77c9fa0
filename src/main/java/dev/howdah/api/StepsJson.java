package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.flow.Flow;
import dev.howdah.json.Json;
import dev.howdah.plan.Plans;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.StepRow;
import dev.howdah.store.Store;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of an execution as JSON. Blocks. Thread-safe. */
final class StepsJson {
  private final Store store;
  private final Plans plans;

  StepsJson(Store store, Plans plans) {
    this.store = store;
    this.plans = plans;
  }

  /** All that is recorded, in the order in which the steps began. */
  ArrayNode of(ExecutionRow execution) {
    List<StepRow> rows = store.executions().steps(execution.id());
    StepPlaces places = places(execution);
    StepInputs inputs = new StepInputs(places, execution, rows);
    Map<String, List<Integer>> standing = new HashMap<>();
    rows.forEach(row -> standing.computeIfAbsent(row.path(), places::of));
    ArrayNode json = Json.MAPPER.createArrayNode();
    rows.stream()
        .sorted(
            Comparator.comparingLong(StepRow::startedAt)
                .thenComparing(row -> standing.get(row.path()), StepPlaces.ORDER)
                .thenComparingInt(StepRow::attempt))
        .forEach(
            row -> {
              ObjectNode step = step(row, places);
              step.set("input", inputs.of(row.path()).orElse(null));
              json.add(step);
            });
    return json;
  }

  /** Where the steps of an execution stand. */
  StepPlaces places(ExecutionRow execution) {
    try {
      return new StepPlaces(plans.find(execution.designId() + "@" + execution.revision()));
    } catch (InvalidDesignException e) {
      return new StepPlaces(Optional.empty());
    }
  }

  /** One step without its input. */
  static ObjectNode step(StepRow row, StepPlaces places) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("path", row.path());
    json.put("block", StepPlaces.block(row.path()));
    json.put("type", places.type(row.path()));
    json.put("status", row.status().label());
    json.put("attempt", row.attempt());
    json.put("group", row.workerGroup());
    json.put("node", row.node());
    ExecutionJson.put(json, "output", row.output());
    json.put("started_at", Times.text(row.startedAt()));
    json.put("duration_ms", row.durationUs() / 1000.0);
    ExecutionJson.put(json, "error", row.error());
    if (row.state() != null) {
      JsonNode state = Json.trusted(row.state());
      Optional.ofNullable(state.get("execution")).ifPresent(c -> json.set("child_execution", c));
      Optional.ofNullable(state.get(Flow.META)).ifPresent(meta -> json.set(Flow.META, meta));
    }
    return json;
  }
}
