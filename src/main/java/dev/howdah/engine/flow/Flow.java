package dev.howdah.engine.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.engine.flow.BlockState.Phase;
import dev.howdah.engine.flow.ScopeState.Token;
import dev.howdah.expression.References;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Stage;
import dev.howdah.store.StepStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
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
  private final Subject subject;
  private final Plan plan;
  private final Supplier<String> ids;
  private final DoubleSupplier random;
  private final Map<String, ScopeState> scopes = new HashMap<>(2);
  private final ScopeState root;
  private Decision decision = new Decision();
  private Map<String, RecordedStep> recorded = Map.of();
  private Map<String, Long> due = Map.of();
  private boolean ended;
  private Boolean outstanding;
  private long now;
  private String runner = "";

  /**
   * An execution that has not begun.
   *
   * @param ids gives ids of child executions
   * @param random uniform in [0, 1), for the jitter of retries
   */
  public Flow(Subject subject, Plan plan, Supplier<String> ids, DoubleSupplier random) {
    this.subject = subject;
    this.plan = plan;
    this.ids = ids;
    this.random = random;
    this.root = new ScopeState("", plan.graph(), subject.input(), Optional.empty());
    scopes.put("", root);
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
    Map<String, RecordedStep> latest = new HashMap<>();
    for (RecordedStep step : steps) {
      latest.merge(step.path(), step, (a, b) -> a.attempt() >= b.attempt() ? a : b);
    }
    flow.recorded = latest;
    flow.due = retries;
    flow.now = now;
    flow.enter(flow.root);
    flow.recorded = Map.of();
    flow.due = Map.of();
    return flow;
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

  /** Begins the execution. */
  public Decision start(long at) {
    begin(at);
    if (subject.deadlineAt() != Long.MAX_VALUE) {
      decision.timers().add(new Decision.Timer("", TimerKind.DEADLINE, 1, subject.deadlineAt()));
    }
    enter(root);
    return decision;
  }

  /**
   * What a {@link #restore restored} flow came to by itself: its ending, when the rows hold the
   * whole execution and only the ending is missing.
   */
  public Decision restored() {
    return decision;
  }

  /** Whether a result of this attempt is still wanted. */
  public boolean awaits(String path, int attempt) {
    ScopeState scope = scopes.get(prefix(path));
    if (ended || scope == null || scope.closed) {
      return false;
    }
    return scope
        .graph
        .find(id(path))
        .map(scope::block)
        .filter(block -> block.phase == Phase.RUNNING && block.attempt == attempt)
        .isPresent();
  }

  /** Takes the result of a stage. */
  public Decision apply(StageResult result, long at) {
    begin(at);
    if (!awaits(result.path(), result.attempt())) {
      return decision;
    }
    runner = result.node();
    ScopeState scope = scopes.get(prefix(result.path()));
    BlockState head = scope.block(scope.graph.find(id(result.path())).orElseThrow());
    if (retries(scope, head, result)) {
      return decision;
    }
    Stage stage = plan.headedBy(head.node).orElseThrow();
    for (StepResult step : result.steps()) {
      Node node = scope.graph.find(step.block()).orElseThrow();
      BlockState block = scope.block(node);
      if (!ended && !scope.closed && block.phase == Phase.RUNNING) {
        block.attempt = node.role() == Role.PURE ? 1 : result.attempt();
        settle(scope, block, stage.group(), step);
      }
    }
    if (!ended && !scope.closed) {
      failWhatIsMissing(scope, stage);
    }
    return decision;
  }

  /** A timer of this execution is due. */
  public Decision timerFired(String path, TimerKind kind, int attempt, long at) {
    begin(at);
    if (ended) {
      return decision;
    }
    if (kind == TimerKind.DEADLINE) {
      String took = Duration.ofMillis(at - subject.startedAt()).toSeconds() + " s";
      Fault fault =
          Fault.rejected(
              "execution.deadline",
              Blame.DESIGN,
              "the execution was not done within its timeout; it has run for " + took);
      end(new Ending.Failed("", fault));
      return decision;
    }
    ScopeState scope = scopes.get(prefix(path));
    if (scope == null || scope.closed) {
      return decision;
    }
    BlockState block = scope.block(scope.graph.find(id(path)).orElseThrow());
    if (kind == TimerKind.RETRY && block.phase == Phase.RETRYING && block.attempt == attempt) {
      decision.dropped().add(new Decision.Timer(path, kind, attempt, 0));
      dispatch(scope, block);
    }
    if (kind == TimerKind.SLEEP && block.phase == Phase.SLEEPING) {
      decision.dropped().add(new Decision.Timer(path, kind, attempt, 0));
      complete(scope, block, inputOf(scope, block.node));
    }
    return decision;
  }

  /** A child execution that a step waits for has ended. */
  public Decision childEnded(String path, String child, Ending ending, long at) {
    begin(at);
    ScopeState scope = scopes.get(prefix(path));
    if (ended || scope == null || scope.closed) {
      return decision;
    }
    BlockState block = scope.block(scope.graph.find(id(path)).orElseThrow());
    if (block.phase != Phase.CHILD || !block.child.equals(child)) {
      return decision;
    }
    block.child = "";
    if (ending instanceof Ending.Completed completed) {
      complete(scope, block, completed.result());
    } else if (ending instanceof Ending.Failed failed) {
      Fault fault = failed.fault();
      failed(
          scope,
          block,
          Fault.rejected(
              fault.code(),
              fault.blame(),
              "in %s %s: %s".formatted(child, failed.path(), fault.message())));
    } else {
      failed(
          scope,
          block,
          Fault.rejected(
              "execution.child-cancelled", Blame.CALLER, "execution " + child + " was cancelled"));
    }
    return decision;
  }

  /** Ends the execution because somebody asked for it. */
  public Decision cancel(String reason, long at) {
    begin(at);
    if (!ended) {
      end(new Ending.Cancelled(reason));
    }
    return decision;
  }

  /** Every stage that was sent and has no result yet. */
  public List<Dispatch> outstanding() {
    List<Dispatch> found = new ArrayList<>();
    forEachOpen(
        (scope, block) -> {
          if (block.phase == Phase.RUNNING && plan.headedBy(block.node).isPresent()) {
            found.add(message(scope, block));
          }
        });
    return found;
  }

  /** The one outstanding stage of that path, as it is to be sent. */
  public Optional<Dispatch> outstanding(String path) {
    ScopeState scope = scopes.get(prefix(path));
    if (ended || scope == null || scope.closed) {
      return Optional.empty();
    }
    return scope
        .graph
        .find(id(path))
        .map(scope::block)
        .filter(block -> block.phase == Phase.RUNNING && plan.headedBy(block.node).isPresent())
        .map(block -> message(scope, block));
  }

  /** Why the execution is not done, a reason per open step. */
  public List<Waiting> waitingFor() {
    List<Waiting> found = new ArrayList<>();
    forEachOpen(
        (scope, block) -> {
          Waiting.Reason reason =
              switch (block.phase) {
                case RUNNING -> plan.headedBy(block.node).isPresent() ? Waiting.Reason.GROUP : null;
                case RETRYING -> Waiting.Reason.RETRY;
                case SLEEPING -> Waiting.Reason.SLEEP;
                case CHILD -> Waiting.Reason.CHILD;
                case IDLE, SPLITTING, DONE, CAUGHT, FAILED, SKIPPED -> null;
              };
          if (reason != null) {
            String group =
                plan.headedBy(block.node).map(Stage::group).orElse(block.node.block().group());
            String detail = reason == Waiting.Reason.CHILD ? block.child : block.lastFault;
            found.add(
                new Waiting(
                    scope.path(block.node),
                    reason,
                    group,
                    block.attempt,
                    block.since,
                    block.dueAt,
                    detail));
          }
        });
    return found;
  }

  private interface OpenBlock {
    void visit(ScopeState scope, BlockState block);
  }

  private void forEachOpen(OpenBlock visitor) {
    if (ended) {
      return;
    }
    for (ScopeState scope : scopes.values()) {
      if (!scope.closed) {
        for (BlockState block : scope.blocks) {
          visitor.visit(scope, block);
        }
      }
    }
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
    return now;
  }

  private void begin(long at) {
    outstanding = null;
    now = at;
    runner = "";
    decision = new Decision();
  }

  // ---- what comes next

  private void enter(ScopeState scope) {
    for (Node node : scope.graph.nodes()) {
      if (node.in().isEmpty() && !ended && !scope.closed) {
        ready(scope, scope.block(node));
      }
    }
  }

  private void ready(ScopeState scope, BlockState block) {
    block.enter(Phase.RUNNING, now);
    Optional<Stage> stage = plan.headedBy(block.node);
    if (!recorded.isEmpty() && recall(scope, block, stage)) {
      return;
    }
    if (stage.isPresent()) {
      dispatch(scope, block);
    }
  }

  private void dispatch(ScopeState scope, BlockState block) {
    block.enter(Phase.RUNNING, now);
    block.dueAt = 0;
    decision.dispatches().add(message(scope, block));
  }

  private Dispatch message(ScopeState scope, BlockState block) {
    Stage stage = plan.headedBy(block.node).orElseThrow();
    Map<String, Value> blocks = outputsRead(scope, stage.references());
    return new Dispatch(
        subject.id(),
        subject.deployment(),
        plan.name(),
        stage.id(),
        scope.path(block.node),
        block.attempt,
        stage.group(),
        inputOf(scope, block.node),
        stage.references().input() ? Optional.of(subject.input()) : Optional.empty(),
        blocks,
        scope.owner.map(owner -> new Dispatch.Item(scope.input, owner.index())),
        subject.startedAt(),
        subject.deadlineAt());
  }

  /** Outputs of earlier blocks that a stage reads; most stages read none. */
  private static Map<String, Value> outputsRead(ScopeState scope, References references) {
    if (!references.allBlocks() && references.blocks().isEmpty()) {
      return Map.of();
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (ScopeState s = scope; s != null; s = s.owner.map(ScopeState.Owner::scope).orElse(null)) {
      for (BlockState other : s.blocks) {
        boolean read = references.allBlocks() || references.blocks().contains(other.node.id());
        if (read && other.phase == Phase.DONE) {
          outputs.put(other.node.id(), other.output);
        }
      }
    }
    return outputs;
  }

  private Value inputOf(ScopeState scope, Node node) {
    if (node.in().isEmpty()) {
      return scope.input;
    }
    if (!node.isJoin()) {
      return scope.blocks[node.in().get(0).source()].output;
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    for (Edge edge : node.in()) {
      if (scope.tokens[edge.index()] == Token.VALUE) {
        BlockState source = scope.blocks[edge.source()];
        input.set(source.node.id(), source.output.node());
      }
    }
    return Value.of(input);
  }

  /** Gives a token to each connection of a settled block, and settles what has to be skipped. */
  private void giveTokens(
      ScopeState scope, Node node, boolean failed, Optional<List<String>> taken) {
    for (Edge edge : node.out()) {
      boolean value = edge.onError() == failed && !isSkipped(scope, node);
      if (value && !failed && taken.isPresent()) {
        value = taken.get().contains(scope.graph.node(edge.target()).id());
      }
      scope.tokens[edge.index()] = value ? Token.VALUE : Token.SKIPPED;
    }
    for (Edge edge : node.out()) {
      Node target = scope.graph.node(edge.target());
      BlockState block = scope.block(target);
      if (ended || scope.closed || block.phase != Phase.IDLE || !scope.hasAllTokens(target)) {
        continue;
      }
      if (scope.hasValue(target)) {
        ready(scope, block);
      } else {
        block.enter(Phase.SKIPPED, now);
        giveTokens(scope, target, false, Optional.empty());
      }
    }
    if (node.isTerminal() && !ended && !scope.closed && --scope.openEnds == 0) {
      leave(scope);
    }
  }

  private static boolean isSkipped(ScopeState scope, Node node) {
    return scope.block(node).phase == Phase.SKIPPED;
  }

  /** All ends of a scope have settled. */
  private void leave(ScopeState scope) {
    Value result = result(scope);
    if (scope.owner.isEmpty()) {
      end(new Ending.Completed(result));
      return;
    }
    ScopeState.Owner owner = scope.owner.get();
    scope.closed = true;
    scopes.remove(scope.prefix);
    owner.block().results[owner.index()] = result;
    if (--owner.block().openResults == 0) {
      complete(owner.scope(), owner.block(), listOf(owner.block().results));
    }
  }

  private static Value result(ScopeState scope) {
    ObjectNode byBlock = JsonNodeFactory.instance.objectNode();
    Value only = Value.NULL;
    for (Node end : scope.graph.terminals()) {
      BlockState block = scope.block(end);
      if (block.phase == Phase.DONE) {
        only = block.output;
        if (!scope.graph.hasOneEnd()) {
          byBlock.set(end.id(), block.output.node());
        }
      }
    }
    return scope.graph.hasOneEnd() ? only : Value.of(byBlock);
  }

  private static Value listOf(Value[] results) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode(results.length);
    for (Value result : results) {
      list.add(result.node());
    }
    return Value.of(list);
  }

  private void end(Ending ending) {
    forEachOpen(this::stopWaiting);
    ended = true;
    decision.end(ending);
  }

  /** Nothing comes any more of what a block waits for. */
  private void stopWaiting(ScopeState scope, BlockState block) {
    if (block.phase == Phase.CHILD) {
      decision.abandoned().add(block.child);
    }
    if (block.phase == Phase.CHILD
        || block.phase == Phase.SLEEPING
        || block.phase == Phase.SPLITTING) {
      record(scope, block, StepStatus.CANCELLED, Optional.empty(), Optional.empty());
    }
  }

  // ---- settling a block

  private boolean retries(ScopeState scope, BlockState head, StageResult result) {
    for (StepResult step : result.steps()) {
      if (step instanceof StepResult.Failed failed) {
        Node node = scope.graph.find(step.block()).orElseThrow();
        Optional<Duration> delay =
            RetryDelay.after(node.block().retry(), result.attempt(), failed.fault(), random);
        if (delay.isPresent()) {
          long dueAt = now + delay.get().toMillis();
          decision
              .steps()
              .add(
                  new Decision.Step(
                      scope.path(node),
                      result.attempt(),
                      StepStatus.RETRIED,
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      plan.headedBy(head.node).orElseThrow().group(),
                      runner,
                      failed.startedAt(),
                      failed.micros(),
                      Optional.of(failed.fault().toJson())));
          head.enter(Phase.RETRYING, now);
          head.attempt = result.attempt() + 1;
          head.dueAt = dueAt;
          head.lastFault = failed.fault().message();
          decision
              .timers()
              .add(new Decision.Timer(scope.path(head.node), TimerKind.RETRY, head.attempt, dueAt));
          return true;
        }
      }
    }
    return false;
  }

  private void settle(ScopeState scope, BlockState block, String group, StepResult step) {
    if (step instanceof StepResult.Done done) {
      row(
          scope,
          block,
          group,
          step,
          StepStatus.COMPLETED,
          Optional.of(done.output()),
          done.taken());
      done(scope, block, done.output(), done.taken());
    } else if (step instanceof StepResult.Skipped) {
      row(scope, block, group, step, StepStatus.SKIPPED, Optional.empty(), Optional.empty());
      skipped(scope, block);
    } else if (step instanceof StepResult.Failed failed) {
      rowOfFault(scope, block, group, failed);
      caughtOrFailed(scope, block, failed.fault());
    } else if (step instanceof StepResult.Split split) {
      ObjectNode state = JsonNodeFactory.instance.objectNode();
      state.set("items", split.items().node());
      suspend(scope, block, group, step, state);
      splitUp(scope, block, split.items());
    } else if (step instanceof StepResult.Suspended suspended) {
      suspended(scope, block, group, suspended);
    }
  }

  private void suspended(
      ScopeState scope, BlockState block, String group, StepResult.Suspended step) {
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    if (step.outcome() instanceof Outcome.Sleeping sleeping) {
      block.dueAt = sleeping.until().toEpochMilli();
      state.put("until", block.dueAt);
      suspend(scope, block, group, step, state);
      block.enter(Phase.SLEEPING, now);
      decision
          .timers()
          .add(
              new Decision.Timer(
                  scope.path(block.node), TimerKind.SLEEP, block.attempt, block.dueAt));
    } else if (step.outcome() instanceof Outcome.Child child) {
      block.child = ids.get();
      state.put("execution", block.child);
      suspend(scope, block, group, step, state);
      block.enter(Phase.CHILD, now);
      decision
          .children()
          .add(
              new Decision.Child(
                  block.child,
                  scope.path(block.node),
                  child.design(),
                  child.revision(),
                  Value.of(child.input())));
    }
  }

  private void splitUp(ScopeState scope, BlockState block, Value items) {
    block.enter(Phase.SPLITTING, now);
    JsonNode list = items.node();
    block.results = new Value[list.size()];
    block.openResults = list.size();
    if (list.isEmpty()) {
      complete(scope, block, Value.of(JsonNodeFactory.instance.arrayNode()));
      return;
    }
    Graph body = block.node.body().orElseThrow();
    List<ScopeState> opened = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String prefix = scope.path(block.node) + "[" + i + "]/";
      ScopeState item =
          new ScopeState(
              prefix,
              body,
              Value.of(list.get(i)),
              Optional.of(new ScopeState.Owner(scope, block, i)));
      scopes.put(prefix, item);
      opened.add(item);
    }
    for (ScopeState item : opened) {
      if (!ended && !item.closed) {
        enter(item);
      }
    }
  }

  /** A suspended block has its output. */
  private void complete(ScopeState scope, BlockState block, Value output) {
    record(scope, block, StepStatus.COMPLETED, Optional.of(output), Optional.empty());
    done(scope, block, output, Optional.empty());
  }

  /** A suspended block has failed. */
  private void failed(ScopeState scope, BlockState block, Fault fault) {
    record(scope, block, StepStatus.FAILED, Optional.empty(), Optional.of(fault.toJson()));
    caughtOrFailed(scope, block, fault);
  }

  private void done(
      ScopeState scope, BlockState block, Value output, Optional<List<String>> taken) {
    block.output = output;
    block.enter(Phase.DONE, now);
    giveTokens(scope, block.node, false, taken);
  }

  private void skipped(ScopeState scope, BlockState block) {
    block.enter(Phase.SKIPPED, now);
    giveTokens(scope, block.node, false, Optional.empty());
  }

  private void caughtOrFailed(ScopeState scope, BlockState block, Fault fault) {
    if (block.node.catchesErrors()) {
      ObjectNode error = fault.toJson();
      error.put("block", block.node.id());
      error.put("attempt", block.attempt);
      block.output = Value.of(error);
      block.enter(Phase.CAUGHT, now);
      giveTokens(scope, block.node, true, Optional.empty());
      return;
    }
    block.enter(Phase.FAILED, now);
    if (scope.owner.isEmpty()) {
      end(new Ending.Failed(scope.path(block.node), fault));
      return;
    }
    ScopeState.Owner owner = scope.owner.get();
    closeItems(owner.scope().path(owner.block().node) + "[");
    failed(owner.scope(), owner.block(), fault);
  }

  /** Nothing of a split that failed matters any more. */
  private void closeItems(String prefix) {
    List<ScopeState> closing =
        scopes.values().stream().filter(s -> s.prefix.startsWith(prefix)).toList();
    for (ScopeState scope : closing) {
      for (BlockState block : scope.blocks) {
        stopWaiting(scope, block);
      }
      scope.closed = true;
      scopes.remove(scope.prefix);
    }
    decision.dispatches().removeIf(dispatch -> dispatch.path().startsWith(prefix));
    decision.timers().removeIf(timer -> timer.path().startsWith(prefix));
    decision.children().removeIf(child -> child.path().startsWith(prefix));
  }

  private void failWhatIsMissing(ScopeState scope, Stage stage) {
    for (Node node : stage.nodes()) {
      BlockState block = scope.block(node);
      if (block.phase == Phase.RUNNING && !ended && !scope.closed) {
        failed(
            scope,
            block,
            Fault.rejected(
                "engine.no-result",
                Blame.ENGINE,
                "stage %s ended without a result of block %s; this is a fault of Howdah"
                    .formatted(stage.id(), node.id())));
      }
    }
  }

  // ---- rows

  private void row(
      ScopeState scope,
      BlockState block,
      String group,
      StepResult step,
      StepStatus status,
      Optional<Value> output,
      Optional<List<String>> taken) {
    decision
        .steps()
        .add(
            new Decision.Step(
                scope.path(block.node),
                block.attempt,
                status,
                output,
                taken,
                Optional.empty(),
                group,
                runner,
                step.startedAt(),
                step.micros(),
                Optional.empty()));
  }

  private void rowOfFault(
      ScopeState scope, BlockState block, String group, StepResult.Failed failed) {
    decision
        .steps()
        .add(
            new Decision.Step(
                scope.path(block.node),
                block.attempt,
                StepStatus.FAILED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                group,
                runner,
                failed.startedAt(),
                failed.micros(),
                Optional.of(failed.fault().toJson())));
  }

  private void suspend(
      ScopeState scope, BlockState block, String group, StepResult step, ObjectNode state) {
    decision
        .steps()
        .add(
            new Decision.Step(
                scope.path(block.node),
                block.attempt,
                StepStatus.WAITING,
                Optional.empty(),
                Optional.empty(),
                Optional.of(state),
                group,
                runner,
                step.startedAt(),
                step.micros(),
                Optional.empty()));
  }

  /** The row of a block that settles outside any stage; it has lasted since it was suspended. */
  private void record(
      ScopeState scope,
      BlockState block,
      StepStatus status,
      Optional<Value> output,
      Optional<JsonNode> error) {
    decision
        .steps()
        .add(
            new Decision.Step(
                scope.path(block.node),
                block.attempt,
                status,
                output,
                Optional.empty(),
                Optional.empty(),
                block.node.block().group(),
                runner,
                block.since,
                (now - block.since) * 1000,
                error));
  }

  // ---- from the rows

  /** Brings a block to where its row says it was; false when nothing of it is recorded. */
  private boolean recall(ScopeState scope, BlockState block, Optional<Stage> stage) {
    RecordedStep row = recorded.get(scope.path(block.node));
    if (row == null || row.status() == StepStatus.RETRIED) {
      return stage.isPresent() && recallRetry(scope, block, stage.get());
    }
    block.attempt = row.attempt();
    switch (row.status()) {
      case COMPLETED -> done(scope, block, row.output().orElse(Value.NULL), row.taken());
      case SKIPPED -> skipped(scope, block);
      case FAILED -> caughtOrFailed(scope, block, Fault.fromJson(row.error().orElseThrow()));
      case WAITING -> recallSuspended(scope, block, row);
      case CANCELLED, RETRIED -> {
        return true;
      }
    }
    return true;
  }

  private boolean recallRetry(ScopeState scope, BlockState head, Stage stage) {
    RecordedStep row = null;
    for (Node node : stage.nodes()) {
      RecordedStep own = recorded.get(scope.path(node));
      row = own != null && own.status() == StepStatus.RETRIED ? own : row;
    }
    if (row == null) {
      return false;
    }
    head.attempt = row.attempt() + 1;
    Long dueAt = due.get(scope.path(head.node));
    if (dueAt == null) {
      return false;
    }
    head.enter(Phase.RETRYING, now);
    head.dueAt = dueAt;
    head.lastFault = row.error().map(error -> error.path("message").asText()).orElse("");
    return true;
  }

  private void recallSuspended(ScopeState scope, BlockState block, RecordedStep row) {
    JsonNode state = row.state().orElseThrow();
    if (state.has("items")) {
      splitUp(scope, block, Value.of(state.get("items")));
    } else if (state.has("execution")) {
      block.enter(Phase.CHILD, now);
      block.child = state.get("execution").asText();
    } else {
      block.enter(Phase.SLEEPING, now);
      block.dueAt = state.get("until").asLong();
    }
    block.since = row.startedAt();
  }

  /** Child executions that steps wait for, by step path. */
  public Map<String, String> children() {
    Map<String, String> found = new LinkedHashMap<>();
    forEachOpen(
        (scope, block) -> {
          if (block.phase == Phase.CHILD) {
            found.put(scope.path(block.node), block.child);
          }
        });
    return found;
  }

  private static String prefix(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
