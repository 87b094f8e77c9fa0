package dev.howdah.engine.flow;

import dev.howdah.block.spi.Placement;
import dev.howdah.json.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One attempt of one stage, to be run by its worker group: all that the stage reads.
 *
 * @param execution the execution's id
 * @param deployment endpoint path of the execution's deployment; empty for a direct run
 * @param plan {@code design@revision}
 * @param stage id of the stage in its plan, such as {@code each/fetch}
 * @param path the instance of it, such as {@code each[17]/fetch}
 * @param attempt counted from 1
 * @param group the worker group
 * @param input what the stage's first block gets as {@code .}
 * @param executionInput the execution's input, when the stage reads it
 * @param blocks outputs of earlier blocks that the stage reads, by block id
 * @param given outputs of the stage's own blocks that are not to run, by block id, nothing for one
 *     that is skipped; no entries except when a part of a stage runs again or somebody has decided
 *     what a block comes to
 * @param item {@code $item} and {@code $index} inside a split or loop
 * @param startedAt when the execution began, in epoch milliseconds
 * @param deadlineAt when the execution must be done, in epoch milliseconds; {@link Long#MAX_VALUE}
 *     without a deadline
 * @param lineage the executions whose steps the execution has taken over, the nearest first: blocks
 *     may find what those have left
 * @param placement which worker of the group it is sent to; empty for the one that the execution's
 *     id gives. Told to nobody, since it matters only to whoever sends
 */
public record Dispatch(
    String execution,
    String deployment,
    String plan,
    String stage,
    String path,
    int attempt,
    String group,
    Value input,
    Optional<Value> executionInput,
    Map<String, Value> blocks,
    Map<String, Optional<Value>> given,
    Optional<Item> item,
    long startedAt,
    long deadlineAt,
    List<String> lineage,
    Optional<Placement> placement) {

  /** One that any worker of the group may run, of an execution that runs every step itself. */
  public Dispatch(
      String execution,
      String deployment,
      String plan,
      String stage,
      String path,
      int attempt,
      String group,
      Value input,
      Optional<Value> executionInput,
      Map<String, Value> blocks,
      Map<String, Optional<Value>> given,
      Optional<Item> item,
      long startedAt,
      long deadlineAt) {
    this(
        execution,
        deployment,
        plan,
        stage,
        path,
        attempt,
        group,
        input,
        executionInput,
        blocks,
        given,
        item,
        startedAt,
        deadlineAt,
        List.of(),
        Optional.empty());
  }

  /** The item of a split or loop that a message is about. */
  public record Item(Value value, int index) {}

  /** What identifies this attempt of the stage. */
  public String idempotencyKey() {
    return idempotencyKey(execution, path, attempt);
  }

  /** What identifies an attempt of a stage. */
  public static String idempotencyKey(String execution, String path, int attempt) {
    return execution + ":" + path + ":" + attempt;
  }
}
