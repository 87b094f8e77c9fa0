package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.JsonInText;
import dev.howdah.worker.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a manager has split a task.
 *
 * @param subtasks who is to do what, in the order given
 * @param problem why it cannot be followed; empty when it can
 */
record Delegation(List<Subtask> subtasks, Optional<Fault> problem) {
  private static final List<String> LISTS =
      List.of("subtasks", "delegation", "tasks", "assignments");
  private static final List<String> WORKERS = List.of("worker", "agent", "worker_id", "name", "id");
  private static final List<String> TASKS =
      List.of("task", "subtask", "description", "instruction");

  private record Pair(String worker, JsonNode task) {}

  /** What one worker is to do. */
  record Subtask(Participant worker, JsonNode task) {}

  /**
   * Reads a manager's answer: a list of {@code {worker, task}}, such a list in an object, or an
   * object of tasks by worker; as JSON or as text that holds JSON.
   */
  static Delegation read(JsonNode answer, Participants workers) {
    Optional<JsonNode> json = JsonInText.find(answer);
    List<Pair> pairs = json.map(Delegation::pairs).orElse(List.of());
    if (pairs.isEmpty()) {
      return problem(
          "hierarchical.no-delegation",
          "the manager's answer names no subtasks: " + Excerpt.of(Brief.text(answer)));
    }
    List<Subtask> subtasks = new ArrayList<>();
    for (Pair pair : pairs) {
      Optional<Participant> worker = workers.find(pair.worker());
      if (worker.isEmpty()) {
        return problem(
            "hierarchical.unknown-worker",
            "the manager gave a subtask to \"%s\", who is none of the workers %s"
                .formatted(Excerpt.of(pair.worker()), workers.ids()));
      }
      subtasks.add(new Subtask(worker.get(), pair.task()));
    }
    return new Delegation(subtasks, Optional.empty());
  }

  private static Delegation problem(String code, String message) {
    return new Delegation(List.of(), Optional.of(Fault.rejected(code, Blame.WORKER, message)));
  }

  private static List<Pair> pairs(JsonNode json) {
    if (json.isArray()) {
      return listed(json);
    }
    for (String name : LISTS) {
      if (json.path(name).isContainerNode()) {
        return pairs(json.get(name));
      }
    }
    return first(json, WORKERS).isPresent() ? listed(single(json)) : byWorker(json);
  }

  private static ArrayNode single(JsonNode json) {
    return JsonNodeFactory.instance.arrayNode().add(json);
  }

  private static List<Pair> listed(JsonNode list) {
    List<Pair> pairs = new ArrayList<>();
    for (JsonNode entry : list) {
      Optional<JsonNode> worker = first(entry, WORKERS);
      Optional<JsonNode> task = first(entry, TASKS);
      if (worker.isEmpty() || task.isEmpty()) {
        return List.of();
      }
      pairs.add(new Pair(worker.get().asText(), task.get()));
    }
    return pairs;
  }

  private static List<Pair> byWorker(JsonNode json) {
    List<Pair> pairs = new ArrayList<>();
    json.properties().forEach(e -> pairs.add(new Pair(e.getKey(), e.getValue())));
    return pairs;
  }

  private static Optional<JsonNode> first(JsonNode entry, List<String> names) {
    return names.stream().filter(entry::hasNonNull).findFirst().map(entry::get);
  }

  /** As an entry of a result. */
  ArrayNode toJson() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Subtask subtask : subtasks) {
      list.addObject().put("worker", subtask.worker().id()).set("task", subtask.task());
    }
    return list;
  }
}
