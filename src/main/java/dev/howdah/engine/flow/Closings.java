package dev.howdah.engine.flow;

import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Unwinding;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Closes scopes of which nothing matters any more. Where containers inside must {@link Unwinding
 * undo} something first, everything else is stopped, they are interrupted, and the rest waits for
 * them.
 */
final class Closings {
  /** Scopes that wait to be closed, and what happens then. */
  private record Closing(Predicate<ScopeState> which, Runnable then) {}

  private final Course course;
  private final List<Closing> waiting = new ArrayList<>(0);

  Closings(Course course) {
    this.course = course;
  }

  /**
   * Why scopes are closed.
   *
   * @param fault told to whoever undoes something inside
   * @param ending how the execution ends for that; empty when it goes on
   */
  record Cause(Fault fault, Optional<Ending> ending) {
    static Cause of(Fault fault) {
      return new Cause(fault, Optional.empty());
    }

    static Cause of(Ending.Failed ending) {
      return new Cause(ending.fault(), Optional.of(ending));
    }

    static Cause of(Ending.Cancelled ending) {
      return new Cause(ending.fault(), Optional.of(ending));
    }
  }

  /** Closes scopes, at once if nothing is to be undone in them, and then does something. */
  void close(Predicate<ScopeState> which, Cause cause, Runnable then) {
    if (course.isRetraced()) {
      then.run();
      return;
    }
    List<Place> unwinding = outermost(unwinding(which));
    if (unwinding.isEmpty()) {
      course.close(which);
      then.run();
      return;
    }
    course.stop(scope -> which.test(scope) && !isInside(scope, unwinding), unwinding);
    waiting.add(new Closing(which, then));
    unwinding.forEach(place -> interrupt(place, cause));
  }

  /**
   * Closes what has waited long enough, if anything has.
   *
   * @return whether that was so; then there may be something new to be looked at
   */
  boolean proceed() {
    if (course.isEnded()) {
      return false;
    }
    for (Closing closing : waiting) {
      if (unwinding(closing.which()).isEmpty()) {
        waiting.remove(closing);
        course.close(closing.which());
        closing.then().run();
        return true;
      }
    }
    return false;
  }

  /** Lets a container know that its output is of no use any more. */
  void interrupt(Place place, Cause cause) {
    Ensemble ensemble = place.block().ensemble;
    boolean known = ensemble.interruption().isPresent();
    if (!known) {
      ensemble.interrupt(cause.fault());
    }
    if (!known || cause.ending().isPresent()) {
      course.turn.waiting(
          place,
          course.turn.waited(place.block()),
          ContainerRow.interrupted(ensemble, cause.ending()));
    }
    if (!known) {
      stopParts(place, cause);
    }
  }

  /** Stops those parts of a container that do not undo anything; they have failed. */
  void stopParts(Place place, Cause cause) {
    Ensemble ensemble = place.block().ensemble;
    Unwinding conductor = (Unwinding) place.block().node.conductor();
    List<Ensemble.Member> stopped = ensemble.open(conductor::stops);
    Parts.Failure failure = new Parts.Failure(place.path(), place.block().node.id(), cause.fault());
    close(
        scope -> stopped.stream().anyMatch(member -> scope.isInside(member.scope)),
        cause,
        () -> {
          for (Ensemble.Member member : stopped) {
            if (!member.hasEnded()) {
              ensemble.failed(member, failure);
            }
          }
          course.ask(place);
        });
  }

  static boolean isUnwinding(BlockState block) {
    return block.phase == Phase.CONDUCTING && block.node.conductor() instanceof Unwinding;
  }

  private List<Place> unwinding(Predicate<ScopeState> which) {
    List<Place> found = new ArrayList<>(0);
    course.forEachOpen(
        place -> {
          if (isUnwinding(place.block()) && which.test(place.scope())) {
            found.add(place);
          }
        });
    return found;
  }

  private static List<Place> outermost(List<Place> places) {
    return places.stream().filter(place -> !isInside(place.scope(), places)).toList();
  }

  private static boolean isInside(ScopeState scope, List<Place> containers) {
    return containers.stream().anyMatch(container -> scope.isInside(container.block()));
  }
}
