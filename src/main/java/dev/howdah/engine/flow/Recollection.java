package dev.howdah.engine.flow;

import dev.howdah.store.StepStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rows of an execution tell: of each step its last attempt, and when pending retries are
 * due.
 */
final class Recollection {
  static final Recollection NOTHING = new Recollection(Map.of(), Map.of());

  private final Map<String, RecordedStep> latest;
  private final Map<String, Long> due;

  private Recollection(Map<String, RecordedStep> latest, Map<String, Long> due) {
    this.latest = latest;
    this.due = due;
  }

  /**
   * @param due times in epoch milliseconds, by step path
   */
  static Recollection of(Collection<RecordedStep> steps, Map<String, Long> due) {
    Map<String, RecordedStep> latest = new HashMap<>();
    for (RecordedStep step : steps) {
      latest.merge(step.path(), step, (a, b) -> a.attempt() >= b.attempt() ? a : b);
    }
    return new Recollection(latest, due);
  }

  boolean isEmpty() {
    return latest.isEmpty();
  }

  /** How a step stands, other than that an attempt failed and another follows. */
  Optional<RecordedStep> settled(String path) {
    return Optional.ofNullable(latest.get(path)).filter(row -> row.status() != StepStatus.RETRIED);
  }

  /** The last failed attempt of a stage, of whichever of its blocks. */
  Optional<RecordedStep> retried(List<String> paths) {
    RecordedStep last = null;
    for (String path : paths) {
      RecordedStep row = latest.get(path);
      if (row != null
          && row.status() == StepStatus.RETRIED
          && (last == null || row.attempt() > last.attempt())) {
        last = row;
      }
    }
    return Optional.ofNullable(last);
  }

  Optional<Long> dueAt(String path) {
    return Optional.ofNullable(due.get(path));
  }
}
