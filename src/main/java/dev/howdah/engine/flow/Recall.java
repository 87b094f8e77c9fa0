package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.Optional;

/** Brings blocks to where the rows of their execution say they were. */
final class Recall {
  private final Course course;
  private final Settling settling;
  private final Containers containers;
  private final Closings closings;

  Recall(Course course, Settling settling, Containers containers, Closings closings) {
    this.course = course;
    this.settling = settling;
    this.containers = containers;
    this.closings = closings;
  }

  /** Brings a block to where its row says it was; false when nothing of it is recorded. */
  boolean recall(Place place, Recollection recollection) {
    Optional<RecordedStep> settled = recollection.settled(place.path());
    settled.ifPresent(row -> recall(place, row));
    return settled.isPresent() || recallRetry(place, recollection);
  }

  /** Brings a block to what somebody has decided about it; false when nobody has. */
  boolean recallDecided(Place place) {
    if (course.decided.isEmpty()) {
      return false;
    }
    RecordedStep row = course.decided.get(place.path());
    if (row != null) {
      recall(place, row);
    }
    return row != null;
  }

  private void recall(Place place, RecordedStep row) {
    course.decided.remove(place.path());
    place.block().attempt = row.attempt();
    switch (row.status()) {
      case COMPLETED -> recallDone(place, row);
      case SKIPPED -> settling.skip(place);
      case FAILED -> recallFailed(place, row);
      case WAITING -> recallWaiting(place, row);
      case CANCELLED -> place.block().enter(Phase.STOPPED, course.turn.now);
      case RETRIED -> {}
    }
  }

  private void recallDone(Place place, RecordedStep row) {
    Value output = row.output().orElse(Value.NULL);
    if (wasInterrupted(row)) {
      settling.doneForNobody(place, output);
    } else {
      settling.done(place, output, row.taken());
    }
  }

  private static boolean wasInterrupted(RecordedStep row) {
    return row.state().filter(ContainerRow::isInterrupted).isPresent();
  }

  /** Of what was interrupted the failure is of no use to anybody. */
  private void recallFailed(Place place, RecordedStep row) {
    if (wasInterrupted(row)) {
      place.block().enter(Phase.STOPPED, course.turn.now);
    } else {
      settling.caughtOrFailed(place, Fault.fromJson(row.error().orElseThrow()));
    }
  }

  /** As {@link #recall}, but goes into a container that has ended as if it had not. */
  boolean retrace(Place place, Recollection recollection) {
    Optional<RecordedStep> container =
        recollection.settled(place.path()).filter(row -> parts(row).isPresent());
    container.ifPresent(row -> recallWaiting(place, row));
    return container.isPresent() || recall(place, recollection);
  }

  private boolean recallRetry(Place place, Recollection recollection) {
    Optional<RecordedStep> row = recollection.retried(place.path());
    if (row.isEmpty()) {
      return false;
    }
    BlockState block = place.block();
    block.attempt = row.get().attempt() + 1;
    block.earlierChild = recollection.earlierChild(place.path());
    Optional<Long> dueAt = recollection.dueAt(place.path());
    if (dueAt.isEmpty()) {
      return false;
    }
    block.alone = course.plan.headedBy(block.node).isEmpty();
    block.enter(Phase.RETRYING, course.turn.now);
    block.dueAt = dueAt.get();
    block.lastFault = row.get().error().map(e -> e.path("message").asText()).orElse("");
    return true;
  }

  private void recallWaiting(Place place, RecordedStep row) {
    BlockState block = place.block();
    block.attempt = row.attempt();
    Optional<JsonNode> parts = parts(row);
    if (parts.isPresent()) {
      containers.compose(place, Value.of(parts.get()));
      cutShort(place, row.state().orElseThrow());
    } else {
      block.suspension = Suspension.fromJson(row.state().orElseThrow());
      block.enter(Phase.SUSPENDED, course.turn.now);
    }
    block.since = row.startedAt();
  }

  private static Optional<JsonNode> parts(RecordedStep row) {
    return row.state().flatMap(ContainerRow::parts);
  }

  /**
   * What has cut the work of a container short does so again: once its parts are recalled that were
   * under way then, or before a part is started that was not.
   */
  private void cutShort(Place place, JsonNode state) {
    Ensemble ensemble = place.block().ensemble;
    if (ContainerRow.isLate(state)) {
      Runnable late = () -> cutShort(place, () -> containers.tooLate(place));
      course.putOff.inside(place.scope(), late);
      ensemble.cuts.add(new Ensemble.Cut(ContainerRow.startedWhenLate(state), late));
    }
    ContainerRow.interruption(state)
        .ifPresent(
            cause -> {
              course.putOff.interruption(() -> cutShort(place, () -> interrupt(place, cause)));
              Closings.Cause known = Closings.Cause.of(cause.fault());
              ensemble.cuts.add(
                  new Ensemble.Cut(
                      ContainerRow.startedWhenInterrupted(state),
                      () -> closings.interrupt(place, known)));
            });
  }

  private static void cutShort(Place place, Runnable how) {
    if (!place.scope().closed && place.block().phase == Phase.CONDUCTING) {
      how.run();
    }
  }

  private void interrupt(Place place, Closings.Cause cause) {
    if (cause.ending().orElse(null) instanceof Ending.Cancelled cancelled) {
      settling.end(cancelled);
    } else if (cause.ending().orElse(null) instanceof Ending.Failed failed) {
      settling.end(failed);
    } else {
      closings.interrupt(place, cause);
    }
  }
}
