package dev.howdah.engine.record;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Ending;
import dev.howdah.store.Journal;

/**
 * Writes what a flow has decided, and hands on after the commit what has to leave the database. For
 * one transaction, on the recorder's thread.
 */
final class DecisionWriter {
  /** Why an execution is cancelled whose parent has ended or gone on without it. */
  static final String GIVEN_UP = "nobody waits for it any more";

  private final Recording recording;
  private final Journal journal;
  private final FlowCache flows;
  private final RecorderSettings settings;
  private final Outbox outbox;

  DecisionWriter(
      Recording recording,
      Journal journal,
      FlowCache flows,
      RecorderSettings settings,
      Outbox outbox) {
    this.recording = recording;
    this.journal = journal;
    this.flows = flows;
    this.settings = settings;
    this.outbox = outbox;
  }

  void write(String execution, FlowCache.Entry entry, Decision decision) {
    for (Decision.Step step : decision.steps()) {
      journal.step(Rows.step(execution, step));
    }
    for (Decision.Timer timer : decision.dropped()) {
      journal.dropTimer(execution, timer.path(), timer.kind().label());
    }
    for (Decision.Timer timer : decision.timers()) {
      journal.timer(Rows.timer(execution, timer));
    }
    ChildTurns children = new ChildTurns(recording, settings.children(), outbox);
    decision.children().forEach(child -> children.start(execution, entry, child, true));
    decision.spawned().forEach(child -> children.start(execution, entry, child, false));
    PromiseTurns promises = new PromiseTurns(recording);
    decision.promises().forEach(promise -> promises.await(execution, promise));
    decision.abandonedPromises().forEach(promises::cancel);
    decision.ending().ifPresent(ending -> finish(execution, entry, ending));
    recording.afterCommit(() -> deliver(execution, entry, decision));
  }

  private void finish(String execution, FlowCache.Entry entry, Ending ending) {
    journal.finish(
        execution,
        Endings.status(ending),
        Endings.result(ending),
        Endings.error(ending),
        recording.now());
    if (entry.flow.subject().deadlineAt() != Long.MAX_VALUE
        || !(ending instanceof Ending.Completed)) {
      journal.dropTimers(execution);
    }
    flows.remove(execution);
  }

  private void deliver(String execution, FlowCache.Entry entry, Decision decision) {
    decision.timers().forEach(timer -> outbox.timer(execution, timer));
    outbox.recorded(entry.flow, decision);
    decision.dispatches().forEach(outbox::send);
    decision.abandoned().forEach(child -> outbox.cancel(child, GIVEN_UP));
    decision
        .ending()
        .ifPresent(
            ending -> {
              outbox.ended(entry.flow, ending);
              if (entry.parent != null) {
                outbox.childEnded(entry.parent.execution(), entry.parent.path(), execution, ending);
              }
            });
  }
}
