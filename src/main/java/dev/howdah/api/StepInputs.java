package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.StepRow;
import dev.howdah.store.StepStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the blocks of an execution got as input, told from what the blocks before them gave: inputs
 * are not recorded. For one thread.
 */
final class StepInputs {
  private final StepPlaces places;
  private final JsonNode executionInput;
  private final Map<String, StepRow> latest = new HashMap<>();
  private final Map<String, JsonNode> items = new HashMap<>();

  StepInputs(StepPlaces places, ExecutionRow execution, List<StepRow> steps) {
    this.places = places;
    this.executionInput = Json.trusted(execution.input());
    for (StepRow step : steps) {
      latest.merge(step.path(), step, (a, b) -> a.attempt() >= b.attempt() ? a : b);
    }
  }

  /** The input of a step; empty when what it came from is not recorded. */
  Optional<JsonNode> of(String path) {
    Optional<Node> found = places.node(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Node node = found.get();
    String prefix = path.substring(0, path.lastIndexOf('/') + 1);
    if (node.in().isEmpty()) {
      return prefix.isEmpty() ? Optional.of(executionInput) : item(prefix);
    }
    Graph graph = graph(prefix);
    if (!node.isJoin()) {
      return carried(prefix, graph, node.in().get(0), node);
    }
    ObjectNode joined = Json.MAPPER.createObjectNode();
    for (Edge edge : node.in()) {
      carried(prefix, graph, edge, node)
          .ifPresent(value -> joined.set(graph.node(edge.source()).id(), value));
    }
    return Optional.of(joined);
  }

  private Graph graph(String prefix) {
    return prefix.isEmpty()
        ? places.plan().map(Plan::graph).orElseThrow()
        : places.node(prefix.substring(0, prefix.length() - 1)).flatMap(Node::body).orElseThrow();
  }

  /** What a connection has carried. */
  private Optional<JsonNode> carried(String prefix, Graph graph, Edge edge, Node target) {
    StepRow source = latest.get(prefix + graph.node(edge.source()).id());
    if (source == null) {
      return Optional.empty();
    }
    if (edge.onError()) {
      return source.status() == StepStatus.FAILED ? Optional.of(fault(source)) : Optional.empty();
    }
    boolean given =
        source.status() == StepStatus.COMPLETED
            && source.output() != null
            && (source.taken() == null || contains(source.taken(), target.id()));
    return given ? Optional.of(Json.trusted(source.output())) : Optional.empty();
  }

  private static JsonNode fault(StepRow source) {
    ObjectNode fault = (ObjectNode) Json.trusted(source.error());
    return fault.put("block", StepPlaces.block(source.path())).put("attempt", source.attempt());
  }

  private static boolean contains(String taken, String id) {
    for (JsonNode one : Json.trusted(taken)) {
      if (one.asText().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private Optional<JsonNode> item(String prefix) {
    String instance = prefix.substring(0, prefix.length() - 1);
    int bracket = instance.lastIndexOf('[');
    if (bracket < 0) {
      return Optional.empty();
    }
    JsonNode list = items.computeIfAbsent(instance.substring(0, bracket), this::items);
    return Optional.ofNullable(list.get(StepPlaces.item(instance)));
  }

  private JsonNode items(String split) {
    StepRow row = latest.get(split);
    return row == null || row.state() == null
        ? Json.MAPPER.createArrayNode()
        : Json.trusted(row.state()).path("items");
  }
}
