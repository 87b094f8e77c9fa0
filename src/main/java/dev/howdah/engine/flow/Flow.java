package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Move;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import dev.howdah.block.spi.Role;
import dev.howdah.design.Durations;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.ScopeState.Token;
import dev.howdah.engine.flow.Scopes.Place;
import dev.howdah.engine.flow.Turn.Effort;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The state of one execution: which tokens its connections carry, which blocks run, what comes
 * next.
 *
 * <p>Pure: an event goes in, a {@link Decision} comes out, and nothing happens but that. The same
 * rows always give the same state, so that any node can go on from the database alone. An event
 * that was seen before gives an empty decision. Not thread-safe.
 */
public final class Flow {
  /** What the row of a container holds besides; its conductor's state. */
  private static final String PARTS = "parts";

  /** What the row of a finished step holds besides, if anything; see {@link StepResult.Done}. */
  public static final String META = "meta";

  private final Subject subject;
  private final Plan plan;
  private final Messages messages;
  private final Supplier<String> ids;
  private final DoubleSupplier random;
  private final Scopes scopes = new Scopes();
  private final ScopeState root;

  /** Blocks to be looked at before the event is over. */
  private final ArrayDeque<Place> agenda = new ArrayDeque<>(4);

  private Recollection recollection = Recollection.NOTHING;

  /** Filled when all that is wanted is to go through the whole of what was recorded. */
  private Map<String, Value> inputs;

  private Turn turn = new Turn(0, "");
  private boolean ended;
  private Boolean outstanding;

  /**
   * An execution that has not begun.
   *
   * @param ids gives ids of child executions
   * @param random uniform in [0, 1), for the jitter of retries
   */
  public Flow(Subject subject, Plan plan, Supplier<String> ids, DoubleSupplier random) {
    this.subject = subject;
    this.plan = plan;
    this.messages = new Messages(subject, plan);
    this.ids = ids;
    this.random = random;
    this.root = new ScopeState("", plan.graph(), subject.input(), Optional.empty());
    scopes.open(root);
  }

  /**
   * An execution as its rows tell.
   *
   * @param steps all recorded steps, in any order
   * @param retries due times of pending retries and sleeps in epoch milliseconds, by step path
   */
  public static Flow restore(
      Subject subject,
      Plan plan,
      Supplier<String> ids,
      DoubleSupplier random,
      Collection<RecordedStep> steps,
      Map<String, Long> retries,
      long now) {
    Flow flow = new Flow(subject, plan, ids, random);
    flow.recollection = Recollection.of(steps, retries);
    flow.begin(now, "");
    flow.enter(flow.root);
    flow.settle();
    flow.recollection = Recollection.NOTHING;
    return flow;
  }

  /**
   * What each step of an execution got as its input, by path; told from the rows, since inputs are
   * not recorded.
   *
   * @param steps all recorded steps, in any order
   */
  public static Map<String, Value> inputs(
      Subject subject, Plan plan, Collection<RecordedStep> steps) {
    Flow flow = new Flow(subject, plan, () -> "", () -> 0);
    flow.recollection = Recollection.of(steps, Map.of());
    flow.inputs = new HashMap<>();
    flow.enter(flow.root);
    flow.settle();
    return flow.inputs;
  }

  public Subject subject() {
    return subject;
  }

  public Plan plan() {
    return plan;
  }

  public boolean isEnded() {
    return ended;
  }

  // ---- what happens

  /** Begins the execution. */
  public Decision start(long at) {
    begin(at, "");
    if (subject.deadlineAt() != Long.MAX_VALUE) {
      timer("", TimerKind.DEADLINE, 1, subject.deadlineAt());
    }
    enter(root);
    return settle();
  }

  /**
   * What a {@link #restore restored} flow came to by itself: its ending, when the rows hold the
   * whole execution and only the ending is missing.
   */
  public Decision restored() {
    return turn.decision;
  }

  /** Whether a result of this attempt is still wanted. */
  public boolean awaits(String path, int attempt) {
    return find(path)
        .map(Place::block)
        .filter(block -> block.phase == Phase.RUNNING && block.attempt == attempt)
        .isPresent();
  }

  /** Takes the result of a stage. */
  public Decision apply(StageResult result, long at) {
    begin(at, result.node());
    if (!awaits(result.path(), result.attempt())) {
      return turn.decision;
    }
    Place head = find(result.path()).orElseThrow();
    ScopeState scope = head.scope();
    Stage stage = plan.stageOf(head.block().node);
    if (retries(head, stage, result)) {
      return settle();
    }
    for (StepResult step : result.steps()) {
      Node node = scope.graph.find(step.block()).orElseThrow();
      BlockState block = scope.block(node);
      if (!ended && !scope.closed && block.phase == Phase.RUNNING) {
        block.attempt = node.role() == Role.PURE ? 1 : result.attempt();
        settle(new Place(scope, block), Effort.of(stage.group(), step), step);
      }
    }
    failWhatIsMissing(scope, stage);
    return settle();
  }

  /** A timer of this execution is due. */
  public Decision timerFired(String path, TimerKind kind, int attempt, long at) {
    begin(at, "");
    if (ended) {
      return turn.decision;
    }
    if (kind == TimerKind.DEADLINE) {
      end(new Ending.Failed("", late(at)));
      return turn.decision;
    }
    if (kind == TimerKind.TIMEOUT) {
      find(path)
          .filter(place -> place.block().attempt == attempt)
          .ifPresent(
              place -> {
                if (place.block().phase == Phase.CONDUCTING) {
                  tooLate(place, "what is inside was not done");
                } else if (place.block().phase == Phase.SUSPENDED) {
                  tooLate(place, "what the block waits for has not come");
                }
              });
      return settle();
    }
    find(path)
        .ifPresent(
            place -> {
              BlockState block = place.block();
              if (kind == TimerKind.RETRY
                  && block.phase == Phase.RETRYING
                  && block.attempt == attempt) {
                drop(path, kind, attempt);
                dispatch(place);
              }
              if (kind == TimerKind.SLEEP
                  && block.phase == Phase.SUSPENDED
                  && block.suspension instanceof Suspension.Sleep) {
                drop(path, kind, attempt);
                complete(place, Messages.input(place.scope(), block.node));
              }
            });
    return settle();
  }

  /** A container has run, or a block has waited, for as long as it may. */
  private void tooLate(Place place, String what) {
    String timeout = Durations.format(place.block().node.block().timeout().orElseThrow());
    if (place.block().phase == Phase.CONDUCTING) {
      closeParts(place);
    } else {
      abandon(place);
    }
    fail(
        place,
        Fault.rejected(
            "block.timeout",
            Blame.DESIGN,
            "%s within %s; give the block a longer timeout if it needs it"
                .formatted(what, timeout)));
  }

  /** A container, or a block that waits, fails when its own timeout is over; without one, never. */
  private void limit(Place place) {
    int attempt = place.block().attempt;
    place
        .block()
        .node
        .block()
        .timeout()
        .ifPresent(
            most -> timer(place.path(), TimerKind.TIMEOUT, attempt, turn.now + most.toMillis()));
  }

  private void unlimit(Place place) {
    Phase phase = place.block().phase;
    boolean limited = phase == Phase.SUSPENDED || phase == Phase.CONDUCTING;
    if (limited && place.block().node.block().timeout().isPresent()) {
      drop(place.path(), TimerKind.TIMEOUT, place.block().attempt);
    }
  }

  private Fault late(long at) {
    String took = Duration.ofMillis(at - subject.startedAt()).toSeconds() + " s";
    return Fault.rejected(
        "execution.deadline",
        Blame.DESIGN,
        "the execution was not done within its timeout; it has run for " + took);
  }

  /** A child execution that a step waits for has ended. */
  public Decision childEnded(String path, String child, Ending ending, long at) {
    Suspension on = new Suspension.Child(child);
    if (ending instanceof Ending.Completed completed) {
      return resume(path, on, completed.result(), at);
    }
    if (ending instanceof Ending.Failed failed) {
      Fault fault = failed.fault();
      String message = "in %s %s: %s".formatted(child, failed.path(), fault.message());
      return resume(path, on, Fault.rejected(fault.code(), fault.blame(), message), at);
    }
    String message = "execution " + child + " was cancelled";
    return resume(path, on, Fault.rejected("execution.child-cancelled", Blame.CALLER, message), at);
  }

  /** What a step waits for has come; nothing happens when it does not wait for that. */
  public Decision resume(String path, Suspension on, Value output, long at) {
    begin(at, "");
    suspended(path, on).ifPresent(place -> complete(place, output));
    return settle();
  }

  /** What a step waits for has failed; nothing happens when it does not wait for that. */
  public Decision resume(String path, Suspension on, Fault fault, long at) {
    begin(at, "");
    suspended(path, on).ifPresent(place -> fail(place, fault));
    return settle();
  }

  private Optional<Place> suspended(String path, Suspension on) {
    return find(path)
        .filter(place -> place.block().phase == Phase.SUSPENDED)
        .filter(place -> place.block().suspension.equals(on));
  }

  /** Ends the execution because somebody asked for it. */
  public Decision cancel(String reason, long at) {
    begin(at, "");
    if (!ended) {
      end(new Ending.Cancelled(reason));
    }
    return turn.decision;
  }

  // ---- how it stands

  /** Every stage that was sent and has no result yet. */
  public List<Dispatch> outstanding() {
    List<Dispatch> found = new ArrayList<>();
    forEachOpen(place -> outstanding(place).ifPresent(found::add));
    return found;
  }

  /** The one outstanding stage of that path, as it is to be sent. */
  public Optional<Dispatch> outstanding(String path) {
    return find(path).flatMap(this::outstanding);
  }

  private Optional<Dispatch> outstanding(Place place) {
    BlockState block = place.block();
    return block.phase == Phase.RUNNING && isSent(block)
        ? Optional.of(messages.dispatch(place.scope(), block))
        : Optional.empty();
  }

  private boolean isSent(BlockState block) {
    return block.alone || plan.headedBy(block.node).isPresent();
  }

  /** Why the execution is not done, a reason per open step. */
  public List<Waiting> waitingFor() {
    List<Waiting> found = new ArrayList<>();
    forEachOpen(place -> waitingFor(place).ifPresent(found::add));
    return found;
  }

  private Optional<Waiting> waitingFor(Place place) {
    BlockState block = place.block();
    Optional<Stage> stage =
        isSent(block) ? Optional.of(plan.stageOf(block.node)) : Optional.empty();
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
      case IDLE, CONDUCTING, DONE, CAUGHT, FAILED, SKIPPED -> Optional.empty();
    };
  }

  private static Waiting waiting(
      Place place, Waiting.Reason reason, String group, long dueAt, String detail) {
    BlockState block = place.block();
    return new Waiting(place.path(), reason, group, block.attempt, block.since, dueAt, detail);
  }

  /** What steps wait for without a worker being at it, by step path. */
  public Map<String, Suspension> suspensions() {
    Map<String, Suspension> found = new LinkedHashMap<>();
    forEachOpen(
        place -> {
          if (place.block().phase == Phase.SUSPENDED) {
            found.put(place.path(), place.block().suspension);
          }
        });
    return found;
  }

  /**
   * Whether any stage may have been sent that has no result, as of {@link #lastEventAt}. Cheap when
   * asked again and again.
   */
  public boolean hasOutstanding() {
    if (outstanding == null) {
      outstanding = !outstanding().isEmpty();
    }
    return outstanding;
  }

  /** When something last happened, in epoch milliseconds. */
  public long lastEventAt() {
    return turn.now;
  }

  private void forEachOpen(Scopes.Visitor visitor) {
    if (!ended) {
      scopes.forEach(visitor);
    }
  }

  private Optional<Place> find(String path) {
    return ended ? Optional.empty() : scopes.find(path);
  }

  // ---- the course of an event

  private void begin(long at, String runner) {
    outstanding = null;
    turn = new Turn(at, runner);
  }

  /** Looks at whatever has become ready, until nothing is left to do. */
  private Decision settle() {
    while (!agenda.isEmpty()) {
      Place place = agenda.poll();
      if (ended || place.scope().closed) {
        continue;
      }
      switch (place.block().phase) {
        case RUNNING -> run(place);
        case SKIPPED -> giveTokens(place, false, Optional.empty());
        case CONDUCTING -> conduct(place);
        default -> throw new IllegalStateException(place.path() + " is " + place.block().phase);
      }
    }
    return turn.decision;
  }

  private void enter(ScopeState scope) {
    for (Node node : scope.graph.nodes()) {
      if (node.in().isEmpty()) {
        ready(new Place(scope, scope.block(node)));
      }
    }
  }

  private void ready(Place place) {
    place.block().enter(Phase.RUNNING, turn.now);
    if (!recollection.isEmpty() || plan.headedBy(place.block().node).isPresent()) {
      agenda.add(place);
    }
  }

  private void run(Place place) {
    if (inputs != null) {
      inputs.put(place.path(), Messages.input(place.scope(), place.block().node));
    }
    if (recall(place)) {
      return;
    }
    if (plan.headedBy(place.block().node).isEmpty()) {
      // Its stage has run without it, or before it was to be run again.
      place.block().alone = true;
    }
    dispatch(place);
  }

  private void dispatch(Place place) {
    place.block().enter(Phase.RUNNING, turn.now);
    place.block().dueAt = 0;
    turn.decision.dispatches().add(messages.dispatch(place.scope(), place.block()));
  }

  /** Gives a token to each connection of a settled block. */
  private void giveTokens(Place place, boolean failed, Optional<List<String>> taken) {
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
      if (block.phase != Phase.IDLE || !scope.hasAllTokens(target)) {
        continue;
      }
      if (scope.hasValue(target)) {
        ready(new Place(scope, block));
      } else {
        block.enter(Phase.SKIPPED, turn.now);
        agenda.add(new Place(scope, block));
      }
    }
    if (node.isTerminal() && --scope.openEnds == 0) {
      leave(scope);
    }
  }

  /** All ends of a scope have settled. */
  private void leave(ScopeState scope) {
    Value result = Messages.result(scope);
    if (scope.owner.isEmpty()) {
      end(new Ending.Completed(result));
      return;
    }
    scopes.close(scope);
    ScopeState.Owner owner = scope.owner.get();
    owner.block().ensemble.completed(owner.member(), result);
    ask(owner);
  }

  private void end(Ending ending) {
    if (inputs != null) {
      return;
    }
    forEachOpen(this::stopWaiting);
    ended = true;
    agenda.clear();
    turn.decision.end(ending);
  }

  /** Nothing comes any more of what a block waits for. */
  private void stopWaiting(Place place) {
    abandon(place);
    BlockState block = place.block();
    if (block.phase == Phase.SUSPENDED || block.phase == Phase.CONDUCTING) {
      turn.cancelled(place);
    }
  }

  /** Who works for a suspended block alone need not go on. */
  private void abandon(Place place) {
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

  // ---- settling a block

  private boolean retries(Place head, Stage stage, StageResult result) {
    for (StepResult step : result.steps()) {
      if (step instanceof StepResult.Failed failed) {
        Node node = head.scope().graph.find(step.block()).orElseThrow();
        Optional<Duration> delay =
            RetryDelay.after(node.block().retry(), result.attempt(), failed.fault(), random);
        if (delay.isPresent()) {
          Place failing = new Place(head.scope(), head.scope().block(node));
          Effort effort = Effort.of(stage.group(), step);
          turn.retried(failing, result.attempt(), effort, failed.fault());
          Place again = hasEffectBefore(head, result, node) ? behind(failing, stage, result) : head;
          long dueAt = turn.now + delay.get().toMillis();
          retryLater(again, result.attempt() + 1, dueAt, failed.fault());
          return true;
        }
      }
    }
    return false;
  }

  /** Whether running the whole stage again would repeat an effect. */
  private static boolean hasEffectBefore(Place head, StageResult result, Node failing) {
    return result.steps().stream()
        .takeWhile(step -> !step.block().equals(failing.id()))
        .map(step -> head.scope().graph.find(step.block()).orElseThrow())
        .anyMatch(node -> node.role() != Role.PURE);
  }

  /** The failing block alone runs again; what comes before it is done. */
  private Place behind(Place failing, Stage stage, StageResult result) {
    for (StepResult step : result.steps()) {
      if (step.block().equals(failing.block().node.id())) {
        break;
      }
      BlockState block =
          failing.scope().block(failing.scope().graph.find(step.block()).orElseThrow());
      if (block.phase == Phase.RUNNING) {
        settle(new Place(failing.scope(), block), Effort.of(stage.group(), step), step);
      }
    }
    failing.block().alone = true;
    return failing;
  }

  private void retryLater(Place head, int attempt, long dueAt, Fault fault) {
    BlockState block = head.block();
    block.enter(Phase.RETRYING, turn.now);
    block.attempt = attempt;
    block.dueAt = dueAt;
    block.lastFault = fault.message();
    timer(head.path(), TimerKind.RETRY, attempt, dueAt);
  }

  private void settle(Place place, Effort effort, StepResult step) {
    if (step instanceof StepResult.Done done) {
      turn.completed(place, effort, done.output(), done.taken(), meta(done));
      done(place, done.output(), done.taken());
    } else if (step instanceof StepResult.Skipped) {
      turn.skipped(place, effort);
      skip(place);
    } else if (step instanceof StepResult.Failed failed) {
      turn.failed(place, effort, failed.fault());
      caughtOrFailed(place, failed.fault());
    } else if (step instanceof StepResult.Suspended suspended) {
      suspend(place, effort, suspended.outcome());
    }
  }

  /** As the state of its row, where what a suspended step waits for would be. */
  private static Optional<JsonNode> meta(StepResult.Done done) {
    return done.meta().map(meta -> JsonNodeFactory.instance.objectNode().set(META, meta));
  }

  private void suspend(Place place, Effort effort, Outcome outcome) {
    if (outcome instanceof Outcome.Sleeping sleeping) {
      long until = sleeping.until().toEpochMilli();
      suspend(place, effort, new Suspension.Sleep(until));
      timer(place.path(), TimerKind.SLEEP, place.block().attempt, until);
    } else if (outcome instanceof Outcome.Child child) {
      String id = ids.get();
      suspend(place, effort, new Suspension.Child(id));
      turn.decision
          .children()
          .add(
              new Decision.Child(
                  id, place.path(), child.design(), child.revision(), Value.of(child.input())));
    } else if (outcome instanceof Outcome.Promised promised) {
      boolean own = promised.id().isEmpty();
      String id = own ? subject.id() + ":" + place.path() : promised.id();
      suspend(place, effort, new Suspension.Promise(id, own));
      turn.decision.promises().add(new Decision.Promise(place.path(), own, id, promised));
    } else if (outcome instanceof Outcome.Spawned spawned) {
      spawn(place, effort, spawned);
    } else if (outcome instanceof Outcome.Dropped) {
      turn.skipped(place, effort);
      skip(place);
    } else if (outcome instanceof Outcome.Gathered gathered) {
      suspend(place, effort, new Suspension.Gathering(gathered.scope(), gathered.key()));
    } else if (outcome instanceof Outcome.Completed completed) {
      Value output = Value.of(completed.output());
      turn.completed(place, effort, output, Optional.empty());
      done(place, output, Optional.empty());
    } else if (outcome instanceof Outcome.Composed composed) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.set(PARTS, composed.state());
      turn.waiting(place, effort, row);
      limit(place);
      compose(place, Value.of(composed.state()));
    }
  }

  private void spawn(Place place, Effort effort, Outcome.Spawned spawned) {
    turn.decision
        .spawned()
        .add(
            new Decision.Child(
                ids.get(),
                place.path(),
                spawned.design(),
                spawned.revision(),
                Value.of(spawned.input())));
    Value output = Value.of(spawned.output());
    turn.completed(place, effort, output, Optional.empty());
    done(place, output, Optional.empty());
  }

  private void suspend(Place place, Effort effort, Suspension suspension) {
    turn.waiting(place, effort, suspension.toJson());
    place.block().suspension = suspension;
    place.block().enter(Phase.SUSPENDED, turn.now);
    limit(place);
  }

  /** A suspended block has its output. */
  private void complete(Place place, Value output) {
    unlimit(place);
    turn.completed(place, turn.waited(place.block()), output, Optional.empty());
    done(place, output, Optional.empty());
  }

  /** A block has failed outside any stage. */
  private void fail(Place place, Fault fault) {
    unlimit(place);
    turn.failed(place, turn.waited(place.block()), fault);
    caughtOrFailed(place, fault);
  }

  private void done(Place place, Value output, Optional<List<String>> taken) {
    place.block().output = output;
    place.block().enter(Phase.DONE, turn.now);
    giveTokens(place, false, taken);
  }

  private void skip(Place place) {
    place.block().enter(Phase.SKIPPED, turn.now);
    giveTokens(place, false, Optional.empty());
  }

  private void caughtOrFailed(Place place, Fault fault) {
    BlockState block = place.block();
    if (block.node.catchesErrors()) {
      ObjectNode error = fault.toJson();
      error.put("block", block.node.id());
      error.put("attempt", block.attempt);
      block.output = Value.of(error);
      block.enter(Phase.CAUGHT, turn.now);
      giveTokens(place, true, Optional.empty());
      return;
    }
    block.enter(Phase.FAILED, turn.now);
    ScopeState scope = place.scope();
    if (scope.owner.isEmpty()) {
      end(new Ending.Failed(place.path(), fault));
      return;
    }
    ScopeState.Owner owner = scope.owner.get();
    close(other -> other.isInside(scope));
    owner
        .block()
        .ensemble
        .failed(owner.member(), new Parts.Failure(place.path(), block.node.id(), fault));
    ask(owner);
  }

  private void failWhatIsMissing(ScopeState scope, Stage stage) {
    for (Node node : stage.nodes()) {
      BlockState block = scope.block(node);
      if (block.phase == Phase.RUNNING && !ended && !scope.closed) {
        fail(
            new Place(scope, block),
            Fault.rejected(
                "engine.no-result",
                Blame.ENGINE,
                "stage %s ended without a result of block %s; this is a fault of Howdah"
                    .formatted(stage.id(), node.id())));
      }
    }
  }

  private void timer(String path, TimerKind kind, int attempt, long dueAt) {
    turn.decision.timers().add(new Decision.Timer(path, kind, attempt, dueAt));
  }

  private void drop(String path, TimerKind kind, int attempt) {
    turn.decision.dropped().add(new Decision.Timer(path, kind, attempt, 0));
  }

  // ---- containers

  private void compose(Place place, Value state) {
    BlockState block = place.block();
    block.ensemble =
        new Ensemble(
            state, (input, index) -> messages.sight(place.scope(), block.node, input, index));
    block.enter(Phase.CONDUCTING, turn.now);
    ask(place);
  }

  private void ask(ScopeState.Owner owner) {
    ask(new Place(owner.scope(), owner.block()));
  }

  /** Asks the conductor once, however many parts end in this event. */
  private void ask(Place place) {
    if (!place.block().ensemble.queued) {
      place.block().ensemble.queued = true;
      agenda.add(place);
    }
  }

  private void conduct(Place place) {
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
      fail(place, failure.fault());
    } else if (move instanceof Move.Start start) {
      start.parts().forEach(part -> begin(place, part));
      if (ensemble.open() == 0) {
        closeParts(place);
        fail(place, idle(place));
      }
    }
  }

  /** A container has its output; its row keeps what its conductor worked from. */
  private void finish(Place place, Value output, Optional<JsonNode> meta) {
    unlimit(place);
    Optional<JsonNode> state =
        meta.map(
            m -> {
              ObjectNode row = JsonNodeFactory.instance.objectNode();
              row.set(PARTS, place.block().ensemble.state());
              row.set(META, m);
              return row;
            });
    turn.completed(place, turn.waited(place.block()), output, Optional.empty(), state);
    done(place, output, Optional.empty());
  }

  private static Fault idle(Place place) {
    return Fault.rejected(
        "engine.nothing-runs",
        Blame.ENGINE,
        "nothing runs in %s and it has not ended; this is a fault of Howdah"
            .formatted(place.path()));
  }

  private void begin(Place place, Part part) {
    BlockState container = place.block();
    container
        .ensemble
        .start(part)
        .ifPresent(
            member -> {
              member.scope =
                  new ScopeState(
                      place.path() + part.key() + "/",
                      container.node.bodies().get(part.section()),
                      Value.of(part.input()),
                      Optional.of(new ScopeState.Owner(place.scope(), container, member)));
              scopes.open(member.scope);
              enter(member.scope);
            });
  }

  /** Nothing of what still runs in a container matters any more. */
  private void closeParts(Place container) {
    if (container.block().ensemble.open() > 0) {
      close(scope -> scope.isInside(container.block()));
    }
  }

  private void close(Predicate<ScopeState> which) {
    if (inputs != null) {
      return;
    }
    scopes.closeAll(
        which,
        place -> {
          stopWaiting(place);
          stopWorking(place);
        });
    Decision decision = turn.decision;
    decision.dispatches().removeIf(dispatch -> scopes.find(dispatch.path()).isEmpty());
    decision.timers().removeIf(t -> !t.path().isEmpty() && scopes.find(t.path()).isEmpty());
    decision.children().removeIf(child -> scopes.find(child.path()).isEmpty());
  }

  private void stopWorking(Place place) {
    if (place.block().phase == Phase.RUNNING && isSent(place.block())) {
      String group = plan.stageOf(place.block().node).group();
      turn.decision.unwanted().add(new Decision.Unwanted(place.path(), group));
    }
  }

  // ---- from the rows

  /** Brings a block to where its row says it was; false when nothing of it is recorded. */
  private boolean recall(Place place) {
    BlockState block = place.block();
    Optional<RecordedStep> settled = recollection.settled(place.path());
    if (settled.isEmpty()) {
      return recallRetry(place);
    }
    RecordedStep row = settled.get();
    block.attempt = row.attempt();
    if (inputs != null && isContainer(row)) {
      recallSuspended(place, row);
      return true;
    }
    switch (row.status()) {
      case COMPLETED -> done(place, row.output().orElse(Value.NULL), row.taken());
      case SKIPPED -> skip(place);
      case FAILED -> caughtOrFailed(place, Fault.fromJson(row.error().orElseThrow()));
      case WAITING -> recallSuspended(place, row);
      case CANCELLED, RETRIED -> {}
    }
    return true;
  }

  private static boolean isContainer(RecordedStep row) {
    return row.state().filter(state -> state.has(PARTS)).isPresent();
  }

  private boolean recallRetry(Place head) {
    List<String> paths =
        plan.headedBy(head.block().node)
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
    block.alone = plan.headedBy(block.node).isEmpty();
    block.enter(Phase.RETRYING, turn.now);
    block.dueAt = dueAt.get();
    block.lastFault = row.get().error().map(e -> e.path("message").asText()).orElse("");
    return true;
  }

  private void recallSuspended(Place place, RecordedStep row) {
    BlockState block = place.block();
    if (isContainer(row)) {
      compose(place, Value.of(row.state().get().get(PARTS)));
    } else {
      block.suspension = Suspension.fromJson(row.state().get());
      block.enter(Phase.SUSPENDED, turn.now);
    }
    block.since = row.startedAt();
  }
}
