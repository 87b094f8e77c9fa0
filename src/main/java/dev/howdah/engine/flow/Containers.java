package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Part;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.engine.flow.Turn.Effort;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import java.util.Optional;

/** Runs the parts of blocks with blocks inside, as their conductors say. */
final class Containers {
  /** Why what still runs in a container is of no use once the container has its output. */
  private static final Fault DONE =
      Fault.rejected("container.done", Blame.DESIGN, "what is around has its output without it");

  private final Course course;
  private final Settling settling;
  private final Closings closings;

  Containers(Course course, Settling settling, Closings closings) {
    this.course = course;
    this.settling = settling;
    this.closings = closings;
  }

  /** The stage of a container has run, and what is inside begins. */
  void begin(Place place, Effort effort, JsonNode state) {
    course.turn.waiting(place, effort, ContainerRow.of(state));
    course.limit(place);
    compose(place, Value.of(state));
  }

  /** Lets a container be conducted that has no parts yet. */
  void compose(Place place, Value state) {
    BlockState block = place.block();
    block.ensemble =
        new Ensemble(
            state,
            (input, index) -> course.messages.sight(place.scope(), block.node, input, index));
    block.enter(Phase.CONDUCTING, course.turn.now);
    course.ask(place);
  }

  /** Asks the conductor what comes next, and does that. */
  void conduct(Place place) {
    Ensemble ensemble = place.block().ensemble;
    ensemble.queued = false;
    if (ensemble.leaving) {
      return;
    }
    Move move;
    try {
      move = place.block().node.conductor().next(ensemble);
    } catch (FaultException e) {
      move = new Move.Fail(e.fault());
    }
    if (move instanceof Move.Finish finish) {
      leave(place, DONE, () -> finish(place, Value.of(finish.output()), finish.meta()));
    } else if (move instanceof Move.Fail failure) {
      leave(place, failure.fault(), () -> fail(place, failure.fault()));
    } else if (move instanceof Move.Start start) {
      if (!start.parts().isEmpty() && ensemble.isCut()) {
        ensemble.cuts.poll().again().run();
        course.ask(place);
        return;
      }
      start.parts().forEach(part -> begin(place, part));
      if (ensemble.open() == 0) {
        leave(place, idle(place), () -> fail(place, idle(place)));
      }
    }
  }

  /**
   * A container settles once nothing runs in it any more.
   *
   * @param why what still runs is told that it is of no use any more
   */
  private void leave(Place place, Fault why, Runnable settle) {
    Ensemble ensemble = place.block().ensemble;
    if (ensemble.open() == 0) {
      settle.run();
      return;
    }
    ensemble.leaving = true;
    Runnable closing =
        () ->
            closings.close(
                scope -> scope.isInside(place.block()),
                Closings.Cause.of(why),
                () -> {
                  if (place.block().phase == Phase.CONDUCTING) {
                    settle.run();
                  }
                });
    if (course.recalling) {
      course.putOff.inside(place.scope(), closing);
    } else {
      closing.run();
    }
  }

  /** A container has run for as long as it may. One that undoes something goes on with that. */
  void tooLate(Place place) {
    Ensemble ensemble = place.block().ensemble;
    if (ensemble.late || ensemble.leaving || ensemble.interruption().isPresent()) {
      return;
    }
    ensemble.beLate();
    Fault fault = Settling.late(place, "what is inside was not done");
    course.unlimit(place);
    if (Closings.isUnwinding(place.block())) {
      closings.stopParts(place, Closings.Cause.of(fault));
    } else {
      leave(place, fault, () -> settling.fail(place, fault));
    }
    if (place.block().phase == Phase.CONDUCTING) {
      course.turn.waiting(place, course.turn.waited(place.block()), ContainerRow.late(ensemble));
    }
  }

  /** The row of a finished container keeps what its conductor worked from, if it notes anything. */
  private void finish(Place place, Value output, Optional<JsonNode> meta) {
    Ensemble ensemble = place.block().ensemble;
    if (place.scope().stopping) {
      ObjectNode row = ContainerRow.interrupted(ensemble, Optional.empty());
      meta.ifPresent(noted -> row.set(Flow.META, noted));
      settling.complete(place, output, Optional.of(row));
    } else {
      settling.complete(
          place,
          output,
          meta.map(noted -> ContainerRow.of(ensemble.state()).set(Flow.META, noted)));
    }
  }

  private void fail(Place place, Fault fault) {
    if (place.scope().stopping) {
      unwound(place, fault);
    } else {
      settling.fail(place, fault);
    }
  }

  /** A container that was interrupted has undone what it had to. */
  private void unwound(Place place, Fault fault) {
    Ensemble ensemble = place.block().ensemble;
    boolean asTold = ensemble.interruption().filter(fault::equals).isPresent();
    course.unlimit(place);
    course.turn.unwound(
        place,
        ContainerRow.interrupted(ensemble, Optional.empty()),
        asTold ? Optional.empty() : Optional.of(fault));
    place.block().enter(Phase.STOPPED, course.turn.now);
  }

  private static Fault idle(Place place) {
    return Fault.rejected(
        "engine.nothing-runs",
        Blame.ENGINE,
        "nothing runs in %s and it has not ended; this is a fault of Howdah"
            .formatted(place.path()));
  }

  private void begin(Place place, Part part) {
    place.block().ensemble.start(part).ifPresent(member -> enter(place, part, member));
  }

  private void enter(Place place, Part part, Ensemble.Member member) {
    BlockState container = place.block();
    member.scope =
        new ScopeState(
            place.path() + part.key() + "/",
            container.node.bodies().get(part.section()),
            Value.of(part.input()),
            Optional.of(new ScopeState.Owner(place.scope(), container, member)));
    course.scopes.open(member.scope);
    course.enter(member.scope);
  }
}
