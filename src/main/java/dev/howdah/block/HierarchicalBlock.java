package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.ContainerKind;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Section;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A manager splits the task into subtasks for workers it names, the workers run at once, and the
 * manager puts together what they came to.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class HierarchicalBlock implements ContainerKind<PatternData> {
  private static final String MANAGER = "manager";
  private static final String RESULTS = "worker_results";

  /** How often a manager may say who is to do what. */
  private static final int ATTEMPTS = 2;

  private static final String SYNTHESIS = "#" + (ATTEMPTS + 1);

  @Override
  public String type() {
    return "hierarchical";
  }

  @Override
  public Class<PatternData> configuration() {
    return PatternData.class;
  }

  @Override
  public String subject(PatternData configuration) {
    return "agents";
  }

  @Override
  public List<Section> sections(ObjectNode data) {
    return Participants.sections(data);
  }

  @Override
  public void check(PatternData configuration, BlockCheck check) {
    Participants.of(configuration).check(configuration, check, 2, MANAGER);
  }

  @Override
  public JsonNode begin(PatternData configuration, Scope scope) {
    return configuration.begin(scope);
  }

  @Override
  public Conductor conduct(PatternData configuration) {
    Participants participants = Participants.of(configuration);
    Participant manager = manager(participants);
    Participants workers = participants.without(Optional.of(manager));
    return parts -> next(manager, workers, parts);
  }

  private static Participant manager(Participants participants) {
    return participants.withRole(MANAGER).orElseGet(() -> participants.all().get(0));
  }

  private static Move next(Participant manager, Participants workers, Parts parts) {
    Optional<Move> unsettled = Participants.unsettled(parts);
    if (unsettled.isPresent()) {
      return unsettled.get();
    }
    Optional<Fault> problem = Optional.empty();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<JsonNode> answer = manager.output(parts, "#" + attempt);
      if (answer.isEmpty()) {
        return Move.start(split(manager, workers, parts.state(), attempt, problem));
      }
      Delegation delegation = Delegation.read(answer.get(), workers);
      problem = delegation.problem();
      if (problem.isEmpty()) {
        return follow(delegation, manager, parts);
      }
    }
    return new Move.Fail(problem.orElseThrow());
  }

  private static Part split(
      Participant manager,
      Participants workers,
      JsonNode state,
      int attempt,
      Optional<Fault> problem) {
    ArrayNode listed = JsonNodeFactory.instance.arrayNode();
    workers
        .all()
        .forEach(
            w ->
                listed.addObject().put("id", w.id()).put("name", w.name()).put("about", w.about()));
    Brief brief = Brief.of(state, manager).fact("workers", listed);
    brief.say("You lead these workers:\n" + workers.introductions());
    brief.say(
        "Split the task into subtasks for them. Answer with JSON only: {\"subtasks\": [{\"worker\": \"id of"
            + " a worker\", \"task\": \"what that worker is to do\"}]}. A worker may get several"
            + " subtasks, or none.");
    problem.ifPresent(
        fault -> {
          brief.fact("problem", fault.toJson());
          brief.say("You have answered before, but " + fault.message() + ". Answer again.");
        });
    return manager.part("#" + attempt, brief.input());
  }

  private static Move follow(Delegation delegation, Participant manager, Parts parts) {
    List<Part> subtasks = new ArrayList<>();
    ArrayNode results = JsonNodeFactory.instance.arrayNode();
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < delegation.subtasks().size(); i++) {
      Delegation.Subtask subtask = delegation.subtasks().get(i);
      String key = "[" + i + "]";
      Optional<JsonNode> output = subtask.worker().output(parts, key);
      subtasks.add(work(subtask, key, parts.state()));
      if (output.isPresent()) {
        ObjectNode entry = subtask.worker().entry(output.get());
        results.add(entry.set("task", subtask.task()));
        words.append("\n\n").append(subtask.worker().name()).append(", who was to ");
        words.append(Brief.text(subtask.task())).append(":\n").append(Brief.text(output.get()));
      }
    }
    if (results.size() < subtasks.size()) {
      return new Move.Start(subtasks);
    }
    Optional<JsonNode> synthesis = manager.output(parts, SYNTHESIS);
    if (synthesis.isEmpty()) {
      return Move.start(
          manager.part(
              SYNTHESIS,
              Brief.of(parts.state(), manager)
                  .fact(RESULTS, results)
                  .say("Your workers have done what you gave them:" + words)
                  .say("Put it together into the final answer to the task.")
                  .input()));
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set("delegation", delegation.toJson());
    result.set(RESULTS, results);
    return new Move.Finish(result.set("final_result", synthesis.get()));
  }

  private static Part work(Delegation.Subtask subtask, String key, JsonNode state) {
    JsonNode goal = state.get(PatternData.TASK);
    return subtask
        .worker()
        .part(
            key,
            Brief.of(state, subtask.worker(), subtask.task())
                .fact("goal", goal)
                .say(
                    "This is your part of a larger task, of which others do the rest:\n"
                        + Brief.text(goal))
                .input());
  }

  @Override
  public Optional<String> excerpt(ObjectNode data, String participant) {
    Participants participants = Participants.of(data);
    return participants
        .find(participant)
        .map(
            p ->
                p.equals(manager(participants))
                    ? ".final_result"
                    : Participants.outputsIn("." + RESULTS + "[]?", p.id())
                        + " | if length == 1 then .[0] else . end");
  }

  @Override
  public JsonNode finalOutput(JsonNode output) {
    return output.path("final_result");
  }
}
