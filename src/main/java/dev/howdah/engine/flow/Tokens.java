package dev.howdah.engine.flow;

import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.ScopeState.Token;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import java.util.List;
import java.util.Optional;

/** Gives each connection its one token, and finds out what that makes ready or done. */
final class Tokens {
  private final Course course;

  Tokens(Course course) {
    this.course = course;
  }

  /**
   * Gives a token to each connection of a settled block.
   *
   * @param failed whether its error connections get the value
   * @param taken the blocks that get a value; all of them when empty
   */
  void give(Place place, boolean failed, Optional<List<String>> taken) {
    ScopeState scope = place.scope();
    Node node = place.block().node;
    boolean skipped = place.block().phase == Phase.SKIPPED;
    for (Edge edge : node.out()) {
      boolean value = edge.onError() == failed && !skipped;
      if (value && !failed && taken.isPresent()) {
        value = taken.get().contains(scope.graph.node(edge.target()).id());
      }
      scope.tokens[edge.index()] = value ? Token.VALUE : Token.SKIPPED;
    }
    for (Edge edge : node.out()) {
      Node target = scope.graph.node(edge.target());
      BlockState block = scope.block(target);
      if (block.phase == Phase.IDLE && scope.hasAllTokens(target)) {
        settled(new Place(scope, block));
      }
    }
    if (node.isTerminal() && --scope.openEnds == 0) {
      leave(scope);
    }
  }

  /** A block has all its tokens. */
  private void settled(Place place) {
    if (place.scope().hasValue(place.block().node)) {
      course.ready(place);
    } else {
      place.block().enter(Phase.SKIPPED, course.turn.now);
      course.lookAt(place);
    }
  }

  /** All ends of a scope have settled. */
  private void leave(ScopeState scope) {
    Value result = Messages.result(scope);
    if (scope.owner.isEmpty()) {
      course.end(new Ending.Completed(result));
      return;
    }
    course.scopes.close(scope);
    ScopeState.Owner owner = scope.owner.get();
    owner.block().ensemble.completed(owner.member(), result);
    course.ask(owner.place());
  }
}
