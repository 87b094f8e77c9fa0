package dev.howdah.engine.record;

import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.Subject;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.Journal;
import dev.howdah.store.StepRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the state of executions from their rows. Used by the recorder's thread only. */
final class Restorer {
  private final Journal journal;
  private final RecorderSettings settings;

  Restorer(Journal journal, RecorderSettings settings) {
    this.journal = journal;
    this.settings = settings;
  }

  /**
   * The state of a running execution.
   *
   * @param now in epoch milliseconds
   * @throws FaultException when its design is gone or does not compile; a retryable one when the
   *     database could not be read, which says nothing about the design
   */
  FlowCache.Entry restore(ExecutionRow row, long now) {
    Plan plan = plan(row);
    Map<String, Long> due = new HashMap<>();
    List<StepRow> steps = journal.steps(row.id());
    journal.timers(row.id()).forEach(timer -> due.put(timer.path(), timer.dueAt()));
    Flow flow =
        Flow.restore(
            subject(row, settings.pathOf().apply(deployment(row))),
            plan,
            settings.ids(),
            settings.random(),
            steps.stream().map(Rows::recorded).toList(),
            due,
            now);
    if (flow.restored().ending().isEmpty()) {
      // A container whose last part was settled by hand has come to its end only now.
      flow.restored().steps().forEach(step -> journal.step(Rows.step(row.id(), step)));
    }
    return new FlowCache.Entry(flow, row.version(), parent(row));
  }

  /** The deployment that an execution works for: that of the outermost one that waits for it. */
  private String deployment(ExecutionRow row) {
    ExecutionRow outer = row;
    while (outer.parentExecution() != null) {
      Optional<ExecutionRow> parent = journal.execution(outer.parentExecution());
      if (parent.isEmpty()) {
        return null;
      }
      outer = parent.get();
    }
    return outer.deploymentId();
  }

  private Plan plan(ExecutionRow row) {
    Optional<Plan> plan;
    try {
      plan = settings.plans().find(row.designId() + "@" + row.revision());
    } catch (FaultException e) {
      if (e.fault().retryable()) {
        throw e;
      }
      plan = Optional.empty();
    } catch (RuntimeException e) {
      plan = Optional.empty();
    }
    return plan.orElseThrow(
        () ->
            Fault.rejected(
                    "design.does-not-compile",
                    Blame.DESIGN,
                    "design %s@%d is gone or does not compile with this version of Howdah"
                        .formatted(row.designId(), row.revision()))
                .toException());
  }

  /** What an execution is about, as its row tells. */
  static Subject subject(ExecutionRow row, String deploymentPath) {
    return new Subject(
        row.id(),
        deploymentPath,
        Value.ofText(row.input()),
        row.startedAt(),
        row.deadlineAt() == null ? Long.MAX_VALUE : row.deadlineAt(),
        row.lineage());
  }

  /** The step that waits for an execution; null when none does. */
  static FlowCache.Parent parent(ExecutionRow row) {
    return row.parentExecution() == null
        ? null
        : new FlowCache.Parent(row.parentExecution(), row.parentPath());
  }
}
