package dev.howdah.engine.record;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executions that steps of other executions start and wait for, in a transaction of the recorder.
 * Used by the recorder's thread only.
 */
final class ChildTurns {
  private static final Logger LOG = LoggerFactory.getLogger(ChildTurns.class);

  private final Recording recording;
  private final RecorderSettings.Children children;
  private final Outbox outbox;

  ChildTurns(Recording recording, RecorderSettings.Children children, Outbox outbox) {
    this.recording = recording;
    this.children = children;
    this.outbox = outbox;
  }

  /**
   * Starts the execution that a step asks for.
   *
   * @param awaited whether the step waits for it
   */
  void start(String execution, FlowCache.Entry parent, Decision.Child child, boolean awaited) {
    try {
      if (awaited) {
        checkDepth(parent);
      }
      Plan plan =
          children
              .find(child.design(), child.revision())
              .orElseThrow(
                  () ->
                      Fault.rejected(
                              "design.unknown",
                              Blame.DESIGN,
                              "there is no design %s to run".formatted(child.design()))
                          .toException());
      String name = plan.name();
      long now = recording.now();
      Long deadline = plan.design().timeout().map(t -> now + t.toMillis()).orElse(null);
      Optional<ExecutionRow> earlier = earlier(child, name);
      Rerun.Beginning beginning =
          earlier
              .map(old -> Rerun.all(plan, old, recording.steps(old.id()), child.execution()))
              .orElse(Rerun.Beginning.NOTHING);
      ExecutionRow row =
          new ExecutionRow(
              child.execution(),
              null,
              plan.design().id(),
              Integer.parseInt(name.substring(name.lastIndexOf('@') + 1)),
              ExecutionStatus.RUNNING,
              "design",
              execution + ":" + child.path(),
              child.input().text(),
              null,
              null,
              null,
              awaited ? execution : null,
              awaited ? child.path() : null,
              now,
              null,
              deadline,
              0,
              earlier.map(ExecutionRow::id).orElse(null),
              beginning.lineage());
      if (beginning.steps().isEmpty()) {
        recording.accept(row, parent.flow.subject().deployment(), plan);
      } else {
        recording.rerun(row, beginning.steps());
      }
    } catch (FaultException e) {
      if (awaited) {
        recording.afterCommit(
            () -> outbox.childFailed(execution, child.path(), child.execution(), e.fault()));
      } else {
        LOG.warn(
            "{} of {} could not start design {}: {}",
            child.path(),
            execution,
            child.design(),
            e.getMessage());
      }
    }
  }

  /**
   * The execution that a child goes on from: what is done in it is right for the same revision with
   * the same input only.
   */
  private Optional<ExecutionRow> earlier(Decision.Child child, String plan) {
    Optional<ExecutionRow> earlier =
        child
            .earlier()
            .flatMap(recording::execution)
            .filter(old -> plan.equals(old.designId() + "@" + old.revision()))
            .filter(old -> sameJson(old.input(), child.input().text()));
    if (earlier.filter(old -> old.status() == ExecutionStatus.RUNNING).isEmpty()) {
      return earlier;
    }
    // Whoever has ended without it may not have said so yet.
    String id = earlier.get().id();
    recording.decide(id, flow -> flow.cancel(DecisionWriter.GIVEN_UP, recording.now()));
    return recording.execution(id);
  }

  private static boolean sameJson(String a, String b) {
    return a.equals(b) || Value.ofText(a).node().equals(Value.ofText(b).node());
  }

  private void checkDepth(FlowCache.Entry parent) {
    int depth = 1;
    FlowCache.Parent above = parent.parent;
    while (above != null && depth < NestingLimit.MOST) {
      depth++;
      above = recording.execution(above.execution()).map(Restorer::parent).orElse(null);
    }
    NestingLimit.check(depth);
  }

  /** Whether the step that started an execution still waits for it. */
  boolean isWaitedFor(String execution, FlowCache.Parent parent) {
    return recording
        .current(parent.execution())
        .filter(
            flow -> new Suspension.Child(execution).equals(flow.suspensions().get(parent.path())))
        .isPresent();
  }

  /** Tells a step what its child has come to, should that have been lost. */
  void look(String execution, String path, String child) {
    Optional<ExecutionRow> row = recording.execution(child);
    if (row.isEmpty()) {
      Fault fault =
          Fault.rejected(
              "design.unknown",
              Blame.DESIGN,
              "execution %s could not be started: there was no such design to run"
                  .formatted(child));
      recording.afterCommit(() -> outbox.childFailed(execution, path, child, fault));
      return;
    }
    row.flatMap(Endings::of)
        .ifPresent(
            ending ->
                recording.afterCommit(() -> outbox.childEnded(execution, path, child, ending)));
  }
}
