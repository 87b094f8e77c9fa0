package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.Subject;
import dev.howdah.engine.record.Rows;
import dev.howdah.json.Value;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.StepRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the blocks of an execution got as input, told from what the blocks before them gave: inputs
 * are not recorded. For one thread.
 */
final class StepInputs {
  private final Map<String, Value> inputs;

  StepInputs(StepPlaces places, ExecutionRow execution, List<StepRow> steps) {
    Subject subject =
        new Subject(
            execution.id(),
            "",
            Value.ofText(execution.input()),
            execution.startedAt(),
            Long.MAX_VALUE);
    inputs =
        places
            .plan()
            .map(plan -> Flow.inputs(subject, plan, steps.stream().map(Rows::recorded).toList()))
            .orElse(Map.of());
  }

  /** The input of a step; empty when what it came from is not recorded. */
  Optional<JsonNode> of(String path) {
    return Optional.ofNullable(inputs.get(path)).map(Value::node);
  }
}
