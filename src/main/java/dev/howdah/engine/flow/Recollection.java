package dev.howdah.engine.flow;

import dev.howdah.store.StepStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the rows of an execution tell: of each step its last attempt, and when pending retries are
 * due.
 */
final class Recollection {
  private final Map<String, RecordedStep> latest;
  private final Map<String, RecordedStep> earlierParents;
  private final Map<String, Long> due;

  private Recollection(
      Map<String, RecordedStep> latest,
      Map<String, RecordedStep> earlierParents,
      Map<String, Long> due) {
    this.latest = latest;
    this.earlierParents = earlierParents;
    this.due = due;
  }

  /**
   * @param due times in epoch milliseconds, by step path
   */
  static Recollection of(Collection<RecordedStep> steps, Map<String, Long> due) {
    Map<String, RecordedStep> latest = new HashMap<>();
    Map<String, RecordedStep> earlierParents = new HashMap<>(0);
    for (RecordedStep step : steps) {
      latest.merge(step.path(), step, Recollection::later);
      if (step.status() == StepStatus.RETRIED && child(step).isPresent()) {
        earlierParents.merge(step.path(), step, Recollection::later);
      }
    }
    return new Recollection(latest, earlierParents, due);
  }

  private static RecordedStep later(RecordedStep a, RecordedStep b) {
    return a.attempt() >= b.attempt() ? a : b;
  }

  private static Optional<String> child(RecordedStep step) {
    return step.state().flatMap(Suspension::childIn);
  }

  /** The execution that an attempt of a step waited for which another one follows. */
  Optional<String> earlierChild(String path) {
    return Optional.ofNullable(earlierParents.get(path)).flatMap(Recollection::child);
  }

  /** What somebody has decided, by step path. */
  Map<String, RecordedStep> byHand() {
    Map<String, RecordedStep> found = new HashMap<>();
    for (RecordedStep step : latest.values()) {
      if (step.byHand()) {
        found.put(step.path(), step);
      }
    }
    return found;
  }

  boolean isEmpty() {
    return latest.isEmpty();
  }

  /** How a step stands, other than that an attempt failed and another follows. */
  Optional<RecordedStep> settled(String path) {
    return Optional.ofNullable(latest.get(path)).filter(row -> row.status() != StepStatus.RETRIED);
  }

  /** The last attempt of a step that another one follows. */
  Optional<RecordedStep> retried(String path) {
    return Optional.ofNullable(latest.get(path)).filter(row -> row.status() == StepStatus.RETRIED);
  }

  Optional<Long> dueAt(String path) {
    return Optional.ofNullable(due.get(path));
  }
}
