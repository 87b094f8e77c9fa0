package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.RecordedStep;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.StepStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the store keeps of one execution, with the rules of the store: only a waiting row changes.
 */
public final class Rows {
  private final Map<String, RecordedStep> steps = new LinkedHashMap<>();
  private final Map<String, Decision.Timer> timers = new LinkedHashMap<>();

  /** Writes what a decision records. A row that is there already is a fault of the flow. */
  public void record(Decision decision) {
    decision.steps().forEach(this::record);
    decision.dropped().forEach(this::drop);
    decision.timers().forEach(t -> timers.put(t.path() + " " + t.kind(), t));
  }

  private void record(Decision.Step step) {
    RecordedStep old = steps.get(step.path() + "#" + step.attempt());
    if (old != null && old.status() != StepStatus.WAITING) {
      throw new AssertionError(
          "%s attempt %d is %s and was to be %s"
              .formatted(step.path(), step.attempt(), old.status(), step.status()));
    }
    steps.put(
        step.path() + "#" + step.attempt(),
        new RecordedStep(
            step.path(),
            step.attempt(),
            step.status(),
            step.output().map(Value::text).map(Value::ofText),
            step.taken(),
            step.state().map(Json::write).map(Json::trusted),
            step.startedAt(),
            step.error().map(Json::write).map(Json::trusted),
            false));
  }

  /** Removes a timer. */
  public void drop(Decision.Timer timer) {
    timers.remove(timer.path() + " " + timer.kind());
  }

  /** The rows of the steps, in the order written. */
  public Collection<RecordedStep> steps() {
    return steps.values();
  }

  /** The row of a step's attempt. */
  public Optional<RecordedStep> step(String path, int attempt) {
    return Optional.ofNullable(steps.get(path + "#" + attempt));
  }

  /** Due times as the recorder hands them to a restored flow. */
  public Map<String, Long> due() {
    Map<String, Long> due = new HashMap<>();
    timers.values().forEach(timer -> due.put(timer.path(), timer.dueAt()));
    return due;
  }

  /** The timer that is due first; null without any. */
  public Decision.Timer nextTimer() {
    return timers.values().stream()
        .min(Comparator.comparingLong(Decision.Timer::dueAt))
        .orElse(null);
  }

  /** A copy that goes its own way. */
  public Rows copy() {
    Rows copy = new Rows();
    copy.steps.putAll(steps);
    copy.timers.putAll(timers);
    return copy;
  }

  /** Whether a timer of that kind is set for a step. */
  public boolean hasTimer(String path, TimerKind kind) {
    return timers.containsKey(path + " " + kind);
  }

  @Override
  public String toString() {
    return steps.values().stream()
        .map(s -> s.path() + "#" + s.attempt() + " " + s.status())
        .toList()
        .toString();
  }
}
