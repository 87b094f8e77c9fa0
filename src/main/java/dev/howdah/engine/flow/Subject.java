package dev.howdah.engine.flow;

import dev.howdah.json.Value;
import java.util.List;

/**
 * The execution a {@link Flow} is about.
 *
 * @param id its id
 * @param deployment endpoint path of its deployment; empty for a direct run
 * @param input what it was started with
 * @param startedAt in epoch milliseconds
 * @param deadlineAt in epoch milliseconds; {@link Long#MAX_VALUE} for none
 * @param lineage the executions whose steps it has taken over, the nearest first
 */
public record Subject(
    String id,
    String deployment,
    Value input,
    long startedAt,
    long deadlineAt,
    List<String> lineage) {

  /** One that runs every step itself. */
  public Subject(String id, String deployment, Value input, long startedAt, long deadlineAt) {
    this(id, deployment, input, startedAt, deadlineAt, List.of());
  }
}
