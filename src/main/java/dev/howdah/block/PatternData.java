package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Scope;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a block is told in which participants work together.
 *
 * @param agents the participants; {@code participants} is another name for them, of which one is
 *     used
 */
public record PatternData(
    @Doc("what people call the block") Optional<String> label,
    @Doc("what is to be done; the block's input if left out") @Default("${ . }") Template task,
    @Doc("how often, from 1 to 100; 3 if left out; means something in debate and reflection only")
        Optional<Integer> rounds,
    @Doc(
            "what single participants are told besides, by their ids; connections of type agent add to it")
        @Default("{}")
        Map<String, Template> context,
    @Doc("the participants: blocks of any leaf type, agents if they name none") @Default("[]")
        List<JsonNode> agents,
    @Doc("another name for agents") @Default("[]") List<JsonNode> participants) {
  static final String TASK = "task";
  static final String INPUT = "input";
  static final String CONTEXT = "context";

  public PatternData {
    if (!agents.isEmpty() && !participants.isEmpty()) {
      throw new IllegalArgumentException("agents and participants are the same; use one of them");
    }
    if (rounds.filter(r -> r < 1 || r > 100).isPresent()) {
      throw new IllegalArgumentException("rounds is from 1 to 100");
    }
  }

  int roundsOrDefault() {
    return rounds.orElse(3);
  }

  /** What the conductor works from. */
  ObjectNode begin(Scope scope) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    boolean given = task.isConstant() && !task.toJson().asText(" ").isBlank();
    JsonNode what = given || !task.isConstant() ? task.evaluate(scope) : scope.value();
    if (what.isNull()) {
      throw Fault.rejected(
              "pattern.no-task",
              Blame.DESIGN,
              "there is nothing to do; write a task, or give the block an input")
          .toException();
    }
    state.set(TASK, what);
    // A task that is written out says nothing of what came in.
    if (given && !scope.value().isNull() && !scope.value().isEmpty(null)) {
      state.set(INPUT, scope.value());
    }
    if (!context.isEmpty()) {
      ObjectNode told = state.putObject(CONTEXT);
      context.forEach((id, template) -> told.set(id, template.evaluate(scope)));
    }
    return state;
  }
}
