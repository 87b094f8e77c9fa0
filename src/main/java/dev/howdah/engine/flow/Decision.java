package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.json.Value;
import dev.howdah.store.StepStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What follows from an event of an execution: what to record, and what to do once that is recorded.
 * Filled by a {@link Flow}, read by whoever records. Not thread-safe.
 */
public final class Decision {
  /** One row of the step table. Only a row with status {@code waiting} is ever replaced. */
  public record Step(
      String path,
      int attempt,
      StepStatus status,
      Optional<Value> output,
      Optional<List<String>> taken,
      Optional<JsonNode> state,
      String group,
      String node,
      long startedAt,
      long micros,
      Optional<JsonNode> error) {}

  /** A point in time at which something happens to the execution; due in epoch milliseconds. */
  public record Timer(String path, TimerKind kind, int attempt, long dueAt) {}

  /**
   * An execution to start on behalf of a step; revision 0 means the latest.
   *
   * @param earlier the execution to go on from, which the step waited for in the execution that
   *     this one runs again
   */
  public record Child(
      String execution,
      String path,
      String design,
      int revision,
      Value input,
      Optional<String> earlier) {}

  /**
   * A promise that a step waits for, to be recorded unless there is one of that id.
   *
   * @param own whether it is to be cancelled when the step does not wait any more
   * @param id the promise's id
   */
  public record Promise(String path, boolean own, String id, Outcome.Promised promised) {}

  /** A stage that was sent to a group. */
  public record Unwanted(String path, String group) {}

  private final List<Step> steps = new ArrayList<>(2);
  private final List<Timer> timers = new ArrayList<>(0);
  private final List<Timer> dropped = new ArrayList<>(0);
  private final List<Dispatch> dispatches = new ArrayList<>(1);
  private final List<Child> children = new ArrayList<>(0);
  private final List<String> abandoned = new ArrayList<>(0);
  private final List<Child> spawned = new ArrayList<>(0);
  private final List<Promise> promises = new ArrayList<>(0);
  private final List<String> abandonedPromises = new ArrayList<>(0);
  private final List<Unwanted> unwanted = new ArrayList<>(0);
  private Ending ending;

  public List<Step> steps() {
    return steps;
  }

  public List<Timer> timers() {
    return timers;
  }

  /** Timers that are over. */
  public List<Timer> dropped() {
    return dropped;
  }

  public List<Dispatch> dispatches() {
    return dispatches;
  }

  public List<Child> children() {
    return children;
  }

  /** Executions to start that nobody waits for; they start also when this execution ends. */
  public List<Child> spawned() {
    return spawned;
  }

  /** Child executions nobody waits for any more, to be cancelled. */
  public List<String> abandoned() {
    return abandoned;
  }

  public List<Promise> promises() {
    return promises;
  }

  /** Promises of their own that steps do not wait for any more, to be cancelled. */
  public List<String> abandonedPromises() {
    return abandonedPromises;
  }

  /** Stages whose results nobody wants any more, to be stopped while the execution goes on. */
  public List<Unwanted> unwanted() {
    return unwanted;
  }

  public Optional<Ending> ending() {
    return Optional.ofNullable(ending);
  }

  public boolean isEmpty() {
    return steps.isEmpty()
        && timers.isEmpty()
        && dropped.isEmpty()
        && dispatches.isEmpty()
        && children.isEmpty()
        && spawned.isEmpty()
        && promises.isEmpty()
        && unwanted.isEmpty()
        && ending == null;
  }

  void end(Ending how) {
    ending = how;
    dispatches.clear();
    timers.clear();
    children.clear();
    promises.clear();
    if (!(how instanceof Ending.Completed)) {
      // Whatever runs of the execution is stopped then.
      unwanted.clear();
    }
  }
}
