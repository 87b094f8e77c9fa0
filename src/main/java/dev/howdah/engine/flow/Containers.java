package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
  /** What the row of a container holds besides; its conductor's state. */
  private static final String PARTS = "parts";

  private final Course course;
  private final Settling settling;

  Containers(Course course, Settling settling) {
    this.course = course;
    this.settling = settling;
  }

  /** What the row of a container says its conductor worked from; empty for any other block. */
  static Optional<JsonNode> stateIn(RecordedStep row) {
    return row.state().map(state -> state.get(PARTS));
  }

  /** The stage of a container has run, and what is inside begins. */
  void begin(Place place, Effort effort, JsonNode state) {
    course.turn.waiting(place, effort, row(state));
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
    Move move;
    try {
      move = place.block().node.conductor().next(ensemble);
    } catch (FaultException e) {
      move = new Move.Fail(e.fault());
    }
    if (move instanceof Move.Finish finish) {
      closeParts(place);
      finish(place, Value.of(finish.output()), finish.meta());
    } else if (move instanceof Move.Fail failure) {
      closeParts(place);
      settling.fail(place, failure.fault());
    } else if (move instanceof Move.Start start) {
      start.parts().forEach(part -> begin(place, part));
      if (ensemble.open() == 0) {
        closeParts(place);
        settling.fail(place, idle(place));
      }
    }
  }

  /** A container has run for as long as it may. */
  void tooLate(Place place) {
    closeParts(place);
    settling.tooLate(place, "what is inside was not done");
  }

  private static ObjectNode row(JsonNode state) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.set(PARTS, state);
    return row;
  }

  /** The row of a finished container keeps what its conductor worked from, if it notes anything. */
  private void finish(Place place, Value output, Optional<JsonNode> meta) {
    settling.complete(
        place,
        output,
        meta.map(noted -> row(place.block().ensemble.state()).set(Flow.META, noted)));
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

  /** Nothing of what still runs in a container matters any more. */
  private void closeParts(Place container) {
    if (container.block().ensemble.open() > 0) {
      course.close(scope -> scope.isInside(container.block()));
    }
  }
}
