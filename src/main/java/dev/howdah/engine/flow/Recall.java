package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.List;
import java.util.Optional;

/** Brings blocks to where the rows of their execution say they were. */
final class Recall {
  private final Course course;
  private final Settling settling;
  private final Containers containers;
  private final Recollection recollection;

  Recall(Course course, Settling settling, Containers containers, Recollection recollection) {
    this.course = course;
    this.settling = settling;
    this.containers = containers;
    this.recollection = recollection;
  }

  /** Brings a block to where its row says it was; false when nothing of it is recorded. */
  boolean recall(Place place) {
    Optional<RecordedStep> settled = recollection.settled(place.path());
    if (settled.isEmpty()) {
      return recallRetry(place);
    }
    RecordedStep row = settled.get();
    place.block().attempt = row.attempt();
    switch (row.status()) {
      case COMPLETED -> settling.done(place, row.output().orElse(Value.NULL), row.taken());
      case SKIPPED -> settling.skip(place);
      case FAILED -> settling.caughtOrFailed(place, Fault.fromJson(row.error().orElseThrow()));
      case WAITING -> recallWaiting(place, row);
      case CANCELLED, RETRIED -> {}
    }
    return true;
  }

  /** As {@link #recall}, but goes into a container that has ended as if it had not. */
  boolean retrace(Place place) {
    Optional<RecordedStep> container =
        recollection.settled(place.path()).filter(row -> Containers.stateIn(row).isPresent());
    container.ifPresent(row -> recallWaiting(place, row));
    return container.isPresent() || recall(place);
  }

  private boolean recallRetry(Place head) {
    List<String> paths =
        course
            .plan
            .headedBy(head.block().node)
            .map(stage -> stage.nodes().stream().map(head.scope()::path).toList())
            .orElseGet(() -> List.of(head.path()));
    Optional<RecordedStep> row = recollection.retried(paths);
    if (row.isEmpty()) {
      return false;
    }
    BlockState block = head.block();
    block.attempt = row.get().attempt() + 1;
    Optional<Long> dueAt = recollection.dueAt(head.path());
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
    Optional<JsonNode> parts = Containers.stateIn(row);
    if (parts.isPresent()) {
      containers.compose(place, Value.of(parts.get()));
    } else {
      block.suspension = Suspension.fromJson(row.state().orElseThrow());
      block.enter(Phase.SUSPENDED, course.turn.now);
    }
    block.since = row.startedAt();
  }
}
