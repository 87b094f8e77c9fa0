package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
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

  /** An execution to start on behalf of a step; revision 0 means the latest. */
  public record Child(String execution, String path, String design, int revision, Value input) {}

  private final List<Step> steps = new ArrayList<>(2);
  private final List<Timer> timers = new ArrayList<>(0);
  private final List<Timer> dropped = new ArrayList<>(0);
  private final List<Dispatch> dispatches = new ArrayList<>(1);
  private final List<Child> children = new ArrayList<>(0);
  private final List<String> abandoned = new ArrayList<>(0);
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

  /** Child executions nobody waits for any more, to be cancelled. */
  public List<String> abandoned() {
    return abandoned;
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
        && ending == null;
  }

  void end(Ending how) {
    ending = how;
    dispatches.clear();
    timers.clear();
    children.clear();
  }
}
