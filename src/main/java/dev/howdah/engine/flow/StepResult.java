package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.List;
import java.util.Optional;

/**
 * What one block of a stage came to in one attempt.
 *
 * <p>Each knows the block's id, when it began in epoch milliseconds, and how many microseconds it
 * took.
 */
public sealed interface StepResult {
  String block();

  long startedAt();

  long micros();

  /**
   * The block has its output.
   *
   * @param taken the ids of the blocks that get the output; empty when all connections carry it
   * @param meta what else is to be recorded
   */
  record Done(
      String block,
      long startedAt,
      long micros,
      Value output,
      Optional<List<String>> taken,
      Optional<JsonNode> meta)
      implements StepResult {
    public Done(
        String block, long startedAt, long micros, Value output, Optional<List<String>> taken) {
      this(block, startedAt, micros, output, taken, Optional.empty());
    }
  }

  /** The attempt failed. */
  record Failed(String block, long startedAt, long micros, Fault fault) implements StepResult {}

  /** The block's {@code when} was false. */
  record Skipped(String block, long startedAt, long micros) implements StepResult {}

  /** The block waits for something that holds no thread. */
  record Suspended(String block, long startedAt, long micros, Outcome outcome)
      implements StepResult {}
}
