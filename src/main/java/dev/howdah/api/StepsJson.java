package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.graph.Node;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.StepRow;
import dev.howdah.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

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
    Optional<StepInputs> inputs = plan(execution).map(p -> new StepInputs(p, execution, rows));
    ArrayNode json = Json.MAPPER.createArrayNode();
    ordered(rows, inputs).forEach(row -> json.add(step(row, inputs)));
    return json;
  }

  /** Empty when this version of Howdah cannot compile the revision any more. */
  Optional<Plan> plan(ExecutionRow execution) {
    try {
      return plans.find(execution.designId() + "@" + execution.revision());
    } catch (InvalidDesignException e) {
      return Optional.empty();
    }
  }

  private static List<StepRow> ordered(List<StepRow> rows, Optional<StepInputs> inputs) {
    Map<String, List<Integer>> places =
        rows.stream()
            .map(StepRow::path)
            .distinct()
            .collect(
                Collectors.toMap(
                    Function.identity(), path -> inputs.map(i -> i.place(path)).orElse(List.of())));
    return rows.stream()
        .sorted(
            Comparator.comparingLong(StepRow::startedAt)
                .thenComparing(row -> places.get(row.path()), StepsJson::comparePlaces)
                .thenComparing(StepRow::path)
                .thenComparingInt(StepRow::attempt))
        .toList();
  }

  private static int comparePlaces(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int difference = Integer.compare(a.get(i), b.get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static ObjectNode step(StepRow row, Optional<StepInputs> inputs) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    String path = row.path();
    json.put("path", path);
    json.put("block", path.substring(path.lastIndexOf('/') + 1));
    json.put(
        "type", inputs.flatMap(i -> i.node(path)).map(Node::block).map(b -> b.type()).orElse(null));
    json.put("status", row.status().label());
    json.put("attempt", row.attempt());
    json.put("group", row.workerGroup());
    json.put("node", row.node());
    inputs.flatMap(i -> i.of(path)).ifPresent(input -> json.set("input", input));
    json.set("output", ExecutionJson.orNull(row.output()));
    json.put("started_at", Times.text(row.startedAt()));
    json.put("duration_ms", row.durationUs() / 1000.0);
    json.set("error", ExecutionJson.orNull(row.error()));
    child(row).ifPresent(child -> json.set("child_execution", child));
    return json;
  }

  private static Optional<JsonNode> child(StepRow row) {
    return row.state() == null
        ? Optional.empty()
        : Optional.ofNullable(Json.trusted(row.state()).get("execution"));
  }
}
