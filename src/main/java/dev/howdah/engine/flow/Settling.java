package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Parts;
import dev.howdah.design.Durations;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.engine.flow.Turn.Effort;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import java.util.List;
import java.util.Optional;

/** Settles blocks: what they have come to goes to whoever is connected to them. */
final class Settling {
  private final Course course;
  private final Tokens tokens;
  private final Closings closings;

  Settling(Course course, Tokens tokens, Closings closings) {
    this.course = course;
    this.tokens = tokens;
    this.closings = closings;
  }

  /** A block that has waited has its output. */
  void complete(Place place, Value output) {
    complete(place, output, Optional.empty());
  }

  /**
   * As {@link #complete(Place, Value)}.
   *
   * @param state what its row holds besides
   */
  void complete(Place place, Value output, Optional<JsonNode> state) {
    course.unlimit(place);
    Effort effort = course.turn.waited(place.block());
    course.turn.completed(place, effort, output, Optional.empty(), state);
    done(place, output, Optional.empty());
  }

  /** A block that has waited has failed. */
  void fail(Place place, Fault fault) {
    course.unlimit(place);
    course.turn.failed(place, course.turn.waited(place.block()), fault);
    caughtOrFailed(place, fault);
  }

  /**
   * What a block fails with that has not been done by the end of its own timeout.
   *
   * @param what has not happened
   */
  static Fault late(Place place, String what) {
    String timeout = Durations.format(place.block().node.block().timeout().orElseThrow());
    return Fault.rejected(
        "block.timeout",
        Blame.DESIGN,
        "%s within %s; give the block a longer timeout if it needs it".formatted(what, timeout));
  }

  /**
   * A block has its output, and that is recorded.
   *
   * @param taken the blocks that get it; all that are connected when empty
   */
  void done(Place place, Value output, Optional<List<String>> taken) {
    if (place.scope().stopping) {
      doneForNobody(place, output);
      return;
    }
    place.block().output = output;
    place.block().enter(Phase.DONE, course.turn.now);
    tokens.give(place, false, taken);
  }

  /** A block has its output, which nobody waits for any more. */
  void doneForNobody(Place place, Value output) {
    place.block().output = output;
    place.block().enter(Phase.DONE, course.turn.now);
  }

  /** A block is not to run, and that is recorded. */
  void skip(Place place) {
    place.block().enter(Phase.SKIPPED, course.turn.now);
    tokens.give(place, false, Optional.empty());
  }

  /** A block has failed, and that is recorded. */
  void caughtOrFailed(Place place, Fault fault) {
    BlockState block = place.block();
    if (block.node.catchesErrors()) {
      ObjectNode error = fault.toJson();
      error.put("block", block.node.id());
      error.put("attempt", block.attempt);
      block.output = Value.of(error);
      block.enter(Phase.CAUGHT, course.turn.now);
      tokens.give(place, true, Optional.empty());
      return;
    }
    block.enter(Phase.FAILED, course.turn.now);
    if (course.recalling) {
      // What else is recorded in this scope was so before.
      course.putOff.failure(place.scope(), () -> failed(place, fault));
    } else {
      failed(place, fault);
    }
  }

  /** Nobody takes the fault of a block: what is around it fails. */
  private void failed(Place place, Fault fault) {
    ScopeState scope = place.scope();
    if (scope.closed) {
      return;
    }
    if (scope.owner.isEmpty()) {
      end(new Ending.Failed(place.path(), fault));
      return;
    }
    ScopeState.Owner owner = scope.owner.get();
    Parts.Failure failure = new Parts.Failure(place.path(), place.block().node.id(), fault);
    closings.close(
        other -> other.isInside(scope),
        Closings.Cause.of(fault),
        () -> {
          if (!owner.member().hasEnded()) {
            owner.block().ensemble.failed(owner.member(), failure);
          }
          course.ask(owner.place());
        });
  }

  /** Ends the execution, which does not go on as it is, once what has to be undone is. */
  void end(Ending.Failed ending) {
    end(ending, Closings.Cause.of(ending));
  }

  /** As {@link #end(Ending.Failed)}. */
  void end(Ending.Cancelled ending) {
    end(ending, Closings.Cause.of(ending));
  }

  private void end(Ending ending, Closings.Cause cause) {
    if (!course.isEnded() && course.endingSoon().isEmpty()) {
      course.ending(ending);
      closings.close(scope -> true, cause, () -> course.end(ending));
    }
  }
}
