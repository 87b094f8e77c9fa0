package dev.howdah.engine.flow;

import dev.howdah.block.spi.Outcome;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.engine.flow.Turn.Effort;
import dev.howdah.json.Value;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets blocks wait for what their outcome names: a time, a child, a promise, others, their parts.
 */
final class Suspending {
  private final Course course;
  private final Settling settling;
  private final Containers containers;
  private final Supplier<String> ids;

  /**
   * @param ids gives ids of child executions
   */
  Suspending(Course course, Settling settling, Containers containers, Supplier<String> ids) {
    this.course = course;
    this.settling = settling;
    this.containers = containers;
    this.ids = ids;
  }

  /** A block has run and is not done by that. */
  void suspend(Place place, Effort effort, Outcome outcome) {
    if (outcome instanceof Outcome.Sleeping sleeping) {
      long until = sleeping.until().toEpochMilli();
      suspend(place, effort, new Suspension.Sleep(until));
      course.timer(place.path(), TimerKind.SLEEP, place.block().attempt, until);
    } else if (outcome instanceof Outcome.Child child) {
      awaitChild(place, effort, child);
    } else if (outcome instanceof Outcome.Promised promised) {
      awaitPromise(place, effort, promised);
    } else if (outcome instanceof Outcome.Spawned spawned) {
      spawn(place, effort, spawned);
    } else if (outcome instanceof Outcome.Dropped) {
      course.turn.skipped(place, effort);
      settling.skip(place);
    } else if (outcome instanceof Outcome.Gathered gathered) {
      suspend(place, effort, new Suspension.Gathering(gathered.scope(), gathered.key()));
    } else if (outcome instanceof Outcome.Completed completed) {
      completed(place, effort, Value.of(completed.output()));
    } else if (outcome instanceof Outcome.Composed composed) {
      containers.begin(place, effort, composed.state());
    }
  }

  private void suspend(Place place, Effort effort, Suspension suspension) {
    course.turn.waiting(place, effort, suspension.toJson());
    place.block().suspension = suspension;
    place.block().enter(Phase.SUSPENDED, course.turn.now);
    course.limit(place);
  }

  /** A block has waited for as long as it may. */
  void tooLate(Place place) {
    course.abandon(place);
    settling.fail(place, Settling.late(place, "what the block waits for has not come"));
  }

  private void awaitChild(Place place, Effort effort, Outcome.Child child) {
    String id = ids.get();
    suspend(place, effort, new Suspension.Child(id));
    course
        .turn
        .decision
        .children()
        .add(
            new Decision.Child(
                id,
                place.path(),
                child.design(),
                child.revision(),
                Value.of(child.input()),
                place.block().earlierChild));
  }

  private void awaitPromise(Place place, Effort effort, Outcome.Promised promised) {
    boolean own = promised.id().isEmpty();
    String id = own ? course.subject.id() + ":" + place.path() : promised.id();
    long until = promised.until().map(Instant::toEpochMilli).orElse(0L);
    suspend(place, effort, new Suspension.Promise(id, own, until, promised.schema()));
    course.turn.decision.promises().add(new Decision.Promise(place.path(), own, id, promised));
  }

  private void spawn(Place place, Effort effort, Outcome.Spawned spawned) {
    course
        .turn
        .decision
        .spawned()
        .add(
            new Decision.Child(
                ids.get(),
                place.path(),
                spawned.design(),
                spawned.revision(),
                Value.of(spawned.input()),
                Optional.empty()));
    completed(place, effort, Value.of(spawned.output()));
  }

  private void completed(Place place, Effort effort, Value output) {
    course.turn.completed(place, effort, output, Optional.empty());
    settling.done(place, output, Optional.empty());
  }
}
