package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Value;
import dev.howdah.store.StepStatus;
import java.util.List;
import java.util.Optional;

/**
 * What the store knows of one attempt of one step: enough to go on from it.
 *
 * @param byHand whether somebody has decided it, perhaps before the step was reached
 */
public record RecordedStep(
    String path,
    int attempt,
    StepStatus status,
    Optional<Value> output,
    Optional<List<String>> taken,
    Optional<JsonNode> state,
    long startedAt,
    Optional<JsonNode> error,
    boolean byHand) {}
