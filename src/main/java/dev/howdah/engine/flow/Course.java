package dev.howdah.engine.flow;

import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The course of one execution: its scopes, what the event at hand has decided so far, and the
 * blocks that are still to be looked at before the event is over. Shared by the classes that decide
 * for a {@link Flow}; not thread-safe.
 */
final class Course {
  final Subject subject;
  final Plan plan;
  final Messages messages;
  final Scopes scopes = new Scopes();
  private final ScopeState root;
  private final ArrayDeque<Place> agenda = new ArrayDeque<>(4);
  private final boolean retraced;

  /** What somebody has decided about blocks that have not been reached, by step path. */
  final Map<String, RecordedStep> decided = new HashMap<>(0);

  /** What the event at hand does. */
  Turn turn = new Turn(0, "");

  /** Whether blocks are being brought to where their rows say they were. */
  boolean recalling;

  final PutOff putOff = new PutOff();

  private Optional<Ending> ending = Optional.empty();

  private boolean ended;

  /**
   * @param retraced whether all that is wanted is to go through what was recorded, to its last row,
   *     whatever has been closed or ended since
   */
  Course(Subject subject, Plan plan, boolean retraced) {
    this.subject = subject;
    this.plan = plan;
    this.messages = new Messages(subject, plan, decided);
    this.retraced = retraced;
    this.root = new ScopeState("", plan.graph(), subject.input(), Optional.empty());
    scopes.open(root);
  }

  /** Begins an event. */
  void begin(long at, String runner) {
    turn = new Turn(at, runner);
  }

  boolean isEnded() {
    return ended;
  }

  /** How the execution ends once what has to be undone is; empty while it goes on. */
  Optional<Ending> endingSoon() {
    return ended ? Optional.empty() : ending;
  }

  boolean isRetraced() {
    return retraced;
  }

  /** The block of a path, if it can still do anything. */
  Optional<Place> find(String path) {
    return ended ? Optional.empty() : scopes.find(path);
  }

  void forEachOpen(Scopes.Visitor visitor) {
    if (!ended) {
      scopes.forEach(visitor);
    }
  }

  // ---- what is to be looked at

  /** The next block to be looked at, of those that still matter; null when there is none. */
  Place next() {
    while (true) {
      Place place = agenda.poll();
      if (place == null || matters(place)) {
        return place;
      }
    }
  }

  private boolean matters(Place place) {
    BlockState block = place.block();
    return !ended
        && !place.scope().closed
        && block.phase != Phase.STOPPED
        && block.phase != Phase.CLOSING
        && (!place.scope().stopping || block.phase == Phase.CONDUCTING);
  }

  void lookAt(Place place) {
    agenda.add(place);
  }

  /** Begins the design itself. */
  void enterRoot() {
    enter(root);
  }

  /** Begins a scope with the blocks that wait for nobody. */
  void enter(ScopeState scope) {
    for (Node node : scope.graph.nodes()) {
      if (node.in().isEmpty()) {
        ready(new Place(scope, scope.block(node)));
      }
    }
  }

  /** A block has all it needs. One that rides with another is run by that one's stage. */
  void ready(Place place) {
    place.block().enter(Phase.RUNNING, turn.now);
    if (recalling || plan.headedBy(place.block().node).isPresent()) {
      agenda.add(place);
    }
  }

  /** Asks the conductor of a container once, however many parts end in this event. */
  void ask(Place container) {
    if (!container.block().ensemble.queued) {
      container.block().ensemble.queued = true;
      agenda.add(container);
    }
  }

  // ---- what follows

  void dispatch(Place place) {
    place.block().enter(Phase.RUNNING, turn.now);
    place.block().dueAt = 0;
    turn.decision.dispatches().add(messages.dispatch(place.scope(), place.block()));
  }

  /**
   * @param dueAt in epoch milliseconds
   */
  void timer(String path, TimerKind kind, int attempt, long dueAt) {
    turn.decision.timers().add(new Decision.Timer(path, kind, attempt, dueAt));
  }

  void drop(String path, TimerKind kind, int attempt) {
    turn.decision.dropped().add(new Decision.Timer(path, kind, attempt, 0));
  }

  /** A container, or a block that waits, is given the timeout that it names, if any. */
  void limit(Place place) {
    int attempt = place.block().attempt;
    Optional<Duration> most = place.block().node.block().timeout();
    most.ifPresent(m -> timer(place.path(), TimerKind.TIMEOUT, attempt, turn.now + m.toMillis()));
  }

  /** A block settles that may have been {@link #limit given} a timeout. */
  void unlimit(Place place) {
    Phase phase = place.block().phase;
    boolean limited = phase == Phase.SUSPENDED || phase == Phase.CONDUCTING;
    if (limited && place.block().node.block().timeout().isPresent()) {
      drop(place.path(), TimerKind.TIMEOUT, place.block().attempt);
    }
  }

  /** The execution ends once nothing is left to be undone. */
  void ending(Ending how) {
    ending = Optional.of(how);
  }

  /** Ends the execution and stops what still runs of it. */
  void end(Ending how) {
    if (retraced) {
      return;
    }
    forEachOpen(this::stopWaiting);
    ended = true;
    agenda.clear();
    turn.decision.end(how);
  }

  /** Nothing of some scopes matters any more, nor does what this event has decided for them. */
  void close(Predicate<ScopeState> which) {
    if (retraced) {
      return;
    }
    scopes.closeAll(which, this::stop);
    forget();
  }

  /**
   * Nothing of some scopes matters any more but containers in them that undo something; the scopes
   * and containers on the way there stay open for them.
   */
  void stop(Predicate<ScopeState> which, List<Place> unwinding) {
    Set<ScopeState> kept = new HashSet<>();
    Set<BlockState> around = new HashSet<>();
    for (Place place : unwinding) {
      ScopeState at = place.scope();
      while (at != null && kept.add(at)) {
        at.owner.ifPresent(owner -> around.add(owner.block()));
        at = at.owner.map(ScopeState.Owner::scope).orElse(null);
      }
    }
    scopes.closeAll(scope -> which.test(scope) && !kept.contains(scope), this::stop);
    for (ScopeState scope : kept) {
      if (which.test(scope)) {
        scope.stopping = true;
        for (BlockState block : scope.blocks) {
          if (around.contains(block)) {
            block.enter(Phase.CLOSING, turn.now);
          } else if (!Closings.isUnwinding(block)) {
            stop(new Place(scope, block));
          }
        }
      }
    }
    forget();
  }

  /** Drops what this event has decided for blocks that do not matter any more. */
  private void forget() {
    Decision decision = turn.decision;
    decision.dispatches().removeIf(dispatch -> isOver(dispatch.path()));
    decision.timers().removeIf(timer -> !timer.path().isEmpty() && isOver(timer.path()));
    decision.children().removeIf(child -> isOver(child.path()));
  }

  private boolean isOver(String path) {
    return scopes.find(path).filter(place -> place.block().phase != Phase.STOPPED).isEmpty();
  }

  private void stop(Place place) {
    BlockState block = place.block();
    if (recalling && block.phase == Phase.CONDUCTING) {
      // Its row still waits, and is settled by whatever event closes its scope.
      block.enter(Phase.CLOSING, turn.now);
      return;
    }
    stopWaiting(place);
    if (block.phase == Phase.RUNNING && isSent(block)) {
      String group = plan.stageOf(block.node).group();
      turn.decision.unwanted().add(new Decision.Unwanted(place.path(), group));
    }
    if (isOpen(block)) {
      block.enter(Phase.STOPPED, turn.now);
    }
  }

  private static boolean isOpen(BlockState block) {
    return switch (block.phase) {
      case RUNNING, RETRYING, SUSPENDED, CONDUCTING, CLOSING -> true;
      case IDLE, DONE, CAUGHT, FAILED, SKIPPED, STOPPED -> false;
    };
  }

  /** Whether a running block is what a stage was sent for. */
  boolean isSent(BlockState block) {
    return block.alone || plan.headedBy(block.node).isPresent();
  }

  /** Nothing comes any more of what a block waits for. */
  private void stopWaiting(Place place) {
    abandon(place);
    BlockState block = place.block();
    if (isOpen(block) && (block.phase != Phase.RUNNING || isSent(block))) {
      turn.cancelled(place);
    }
  }

  /** Who works for a suspended block alone need not go on. */
  void abandon(Place place) {
    BlockState block = place.block();
    if (block.phase == Phase.SUSPENDED && block.suspension instanceof Suspension.Child child) {
      turn.decision.abandoned().add(child.execution());
    }
    if (block.phase == Phase.SUSPENDED
        && block.suspension instanceof Suspension.Promise promise
        && promise.own()) {
      turn.decision.abandonedPromises().add(promise.id());
    }
  }
}
