package dev.howdah.engine.flow;

import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.plan.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells how an execution stands: what was sent, what waits and why. Changes nothing. */
final class Standing {
  private final Course course;

  Standing(Course course) {
    this.course = course;
  }

  /** Every stage that was sent and has no result yet. */
  List<Dispatch> outstanding() {
    List<Dispatch> found = new ArrayList<>();
    course.forEachOpen(place -> outstanding(place).ifPresent(found::add));
    return found;
  }

  /** The one outstanding stage of that path, as it is to be sent. */
  Optional<Dispatch> outstanding(String path) {
    return course.find(path).flatMap(this::outstanding);
  }

  /** Why the execution is not done, a reason per open step. */
  List<Waiting> waitingFor() {
    List<Waiting> found = new ArrayList<>();
    course.forEachOpen(place -> waitingFor(place).ifPresent(found::add));
    return found;
  }

  /** What steps wait for without a worker being at it, by step path. */
  Map<String, Suspension> suspensions() {
    Map<String, Suspension> found = new LinkedHashMap<>();
    course.forEachOpen(
        place -> {
          if (place.block().phase == Phase.SUSPENDED) {
            found.put(place.path(), place.block().suspension);
          }
        });
    return found;
  }

  /** What one step waits for without a worker being at it. */
  Optional<Suspension> suspension(String path) {
    return course
        .find(path)
        .filter(place -> place.block().phase == Phase.SUSPENDED)
        .map(place -> place.block().suspension);
  }

  private Optional<Dispatch> outstanding(Place place) {
    BlockState block = place.block();
    return block.phase == Phase.RUNNING && course.isSent(block)
        ? Optional.of(course.messages.dispatch(place.scope(), block))
        : Optional.empty();
  }

  private Optional<Waiting> waitingFor(Place place) {
    BlockState block = place.block();
    Optional<Stage> stage =
        course.isSent(block) ? Optional.of(course.plan.stageOf(block.node)) : Optional.empty();
    String group = stage.map(Stage::group).orElse(block.node.block().group());
    return switch (block.phase) {
      case RUNNING ->
          stage.map(sent -> waiting(place, Waiting.Reason.GROUP, group, 0, block.lastFault));
      case RETRYING ->
          Optional.of(waiting(place, Waiting.Reason.RETRY, group, block.dueAt, block.lastFault));
      case SUSPENDED -> {
        Suspension on = block.suspension;
        yield Optional.of(waiting(place, on.reason(), group, on.dueAt(), on.detail()));
      }
      case IDLE, CONDUCTING, CLOSING, DONE, CAUGHT, FAILED, SKIPPED, STOPPED -> Optional.empty();
    };
  }

  private static Waiting waiting(
      Place place, Waiting.Reason reason, String group, long dueAt, String detail) {
    BlockState block = place.block();
    return new Waiting(place.path(), reason, group, block.attempt, block.since, dueAt, detail);
  }
}
