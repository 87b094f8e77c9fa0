package dev.howdah.engine.record;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Journal;
import dev.howdah.store.Ledger;
import dev.howdah.store.StepRow;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One transaction of the recorder: reads and writes executions, and keeps what is to be done after
 * the commit. Used by the recorder's thread only.
 */
public final class Recording {
  private final Journal journal;
  private final FlowCache flows;
  private final RecorderSettings settings;
  private final Outbox outbox;
  private final InstantSource clock;
  private final List<Runnable> afterCommit = new ArrayList<>();
  private final Deque<Runnable> afterWriting = new ArrayDeque<>(0);
  private final Set<String> touched = new HashSet<>();

  Recording(
      Journal journal,
      FlowCache flows,
      RecorderSettings settings,
      Outbox outbox,
      InstantSource clock) {
    this.journal = journal;
    this.flows = flows;
    this.settings = settings;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** The time of day in epoch milliseconds. */
  public long now() {
    return clock.millis();
  }

  /** Does something once this transaction is committed. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /**
   * Does something once the decision is written that is being written, or else once the event is
   * applied that is being applied.
   */
  void afterWriting(Runnable action) {
    afterWriting.add(action);
  }

  /** The deployment's execution of that idempotency key. */
  public Optional<String> executionOf(String deployment, String key) {
    return journal.executionOf(deployment, key);
  }

  /**
   * Records a new execution and begins it.
   *
   * @return false when its deployment has an execution of the same idempotency key
   */
  public boolean accept(ExecutionRow row, String deploymentPath, Plan plan) {
    if (!journal.accept(row)) {
      return false;
    }
    if (row.deploymentId() != null) {
      journal.counted(row.deploymentId(), 1, row.startedAt());
    }
    FlowCache.Entry entry =
        new FlowCache.Entry(
            new Flow(
                Restorer.subject(row, deploymentPath), plan, settings.ids(), settings.random()),
            0,
            Restorer.parent(row));
    touched.add(row.id());
    keep(row.id(), entry);
    write(row.id(), entry, entry.flow.start(now()));
    return true;
  }

  /** Records a new execution that takes over steps of another one, and lets it go on. */
  public void rerun(ExecutionRow row, List<StepRow> steps) {
    journal.accept(row);
    if (row.deploymentId() != null) {
      journal.counted(row.deploymentId(), 1, row.startedAt());
    }
    steps.forEach(journal::step);
    if (row.deadlineAt() != null) {
      timer(row.id(), new Decision.Timer("", TimerKind.DEADLINE, 1, row.deadlineAt()));
    }
    touched.add(row.id());
    recover(row.id(), outbox::send);
  }

  /**
   * Lets something happen to a running execution and records what follows.
   *
   * @return false when the execution has ended or is unknown, or nothing followed
   */
  public boolean decide(String execution, Function<Flow, Decision> event) {
    while (true) {
      FlowCache.Entry entry = entry(execution);
      if (entry == null) {
        return false;
      }
      Decision decision = event.apply(entry.flow);
      if (decision.isEmpty()) {
        if (dropStale(execution)) {
          continue;
        }
        return false;
      }
      touched.add(execution);
      if (!settings.shared() || journal.advance(execution, entry.version)) {
        entry.version++;
        write(execution, entry, decision);
        return true;
      }
      dropStale(execution);
    }
  }

  /**
   * Takes the result of a stage and records what follows.
   *
   * @return false when nobody wants it any more
   */
  public boolean result(StageResult result) {
    if (!isShared(result)) {
      return decide(result.execution(), flow -> flow.apply(result, now()));
    }
    // What others have left is changed only by whoever's decision counts.
    while (true) {
      FlowCache.Entry entry = entry(result.execution());
      if (entry == null) {
        return false;
      }
      if (!entry.flow.awaits(result.path(), result.attempt())) {
        if (dropStale(result.execution())) {
          continue;
        }
        return false;
      }
      touched.add(result.execution());
      if (!settings.shared() || journal.advance(result.execution(), entry.version)) {
        entry.version++;
        StageResult settled = new Sharing(this, journal.ledger()).settle(result);
        write(result.execution(), entry, entry.flow.apply(settled, now()));
        return true;
      }
      dropStale(result.execution());
    }
  }

  /** Forgets the keys of idempotent consumers whose time is over. */
  public void forgetKeys() {
    journal.ledger().forgetKeys(now());
  }

  /** Records an execution that ran without rows and has ended. */
  public void log(ExecutionRow row) {
    journal.accept(row);
    if (row.deploymentId() != null) {
      journal.counted(row.deploymentId(), 1, row.startedAt());
    }
  }

  /** Whether a result depends on what other executions have left. */
  public static boolean isShared(StageResult result) {
    return result.steps().stream().anyMatch(Sharing::concerns);
  }

  /** A result that depends on what other executions have left, settled. */
  public StageResult share(StageResult result) {
    return new Sharing(this, journal.ledger()).settle(result);
  }

  /**
   * What a step waits for has come.
   *
   * @return false when it does not wait for that
   */
  boolean resume(String execution, String path, Suspension on, Value output) {
    if (waitsUnrecorded(execution, path, on)) {
      afterCommit(() -> settings.unrecorded().resume(execution, path, on, output));
      return true;
    }
    return decide(execution, flow -> flow.resume(path, on, output, now()));
  }

  /**
   * What a step waits for has failed.
   *
   * @return false when it does not wait for that
   */
  boolean resume(String execution, String path, Suspension on, Fault fault) {
    if (waitsUnrecorded(execution, path, on)) {
      afterCommit(() -> settings.unrecorded().resume(execution, path, on, fault));
      return true;
    }
    return decide(execution, flow -> flow.resume(path, on, fault, now()));
  }

  private boolean waitsUnrecorded(String execution, String path, Suspension on) {
    return settings.unrecorded().suspension(execution, path).filter(on::equals).isPresent();
  }

  /** What a step of an execution waits for, wherever that runs. */
  Optional<Suspension> suspension(String execution, String path) {
    return settings
        .unrecorded()
        .suspension(execution, path)
        .or(() -> current(execution).flatMap(flow -> flow.suspension(path)));
  }

  /**
   * Whether a step still waits, wherever it runs. What another node has decided in the last moment
   * may be missed.
   */
  boolean waits(Ledger.Waiter step, Suspension on) {
    if (waitsUnrecorded(step.execution(), step.path(), on)) {
      return true;
    }
    FlowCache.Entry known = flows.get(step.execution());
    if (known != null && settings.mine().test(step.execution())) {
      return known.flow.suspension(step.path()).filter(on::equals).isPresent();
    }
    return journal.isWaiting(step.execution(), step.path()) || isKnownElsewhere(step.execution());
  }

  /** Whether an execution has no row and can only be one in the memory of another node. */
  boolean isKnownElsewhere(String execution) {
    return !settings.mine().test(execution) && journal.execution(execution).isEmpty();
  }

  /** The row of an execution, whatever has become of it. */
  Optional<ExecutionRow> execution(String id) {
    return journal.execution(id);
  }

  /** The steps of an execution, whatever has become of it. */
  List<StepRow> steps(String execution) {
    return journal.steps(execution);
  }

  private ChildTurns children() {
    return new ChildTurns(this, settings.children(), outbox);
  }

  /** What executions share. */
  Ledger ledger() {
    return journal.ledger();
  }

  /** Sets a timer of an execution. */
  void timer(String execution, Decision.Timer timer) {
    journal.timer(Rows.timer(execution, timer));
    afterCommit(() -> outbox.timer(execution, timer));
  }

  /** The state of a running execution, as this node knows it. */
  public Optional<Flow> flow(String execution) {
    return Optional.ofNullable(entry(execution)).map(entry -> entry.flow);
  }

  /** The state of a running execution, whatever other nodes have done to it. */
  public Optional<Flow> current(String execution) {
    dropStale(execution);
    return flow(execution);
  }

  /** Whether the state of an execution is in memory. */
  public boolean knows(String execution) {
    return flows.get(execution) != null;
  }

  /** Drops what is in memory of some executions; the rows tell it again when it is needed. */
  public void forget(Predicate<String> executions) {
    flows.removeIf(executions);
  }

  /**
   * Forgets an execution if another node has decided on it since. When it has ended there, those
   * who wait for it here are told.
   */
  private boolean dropStale(String execution) {
    FlowCache.Entry known = flows.get(execution);
    if (known == null || !settings.shared()) {
      return false;
    }
    Optional<ExecutionRow> row = journal.execution(execution);
    boolean running = row.filter(r -> r.status() == ExecutionStatus.RUNNING).isPresent();
    if (running && row.get().version() == known.version) {
      return false;
    }
    flows.remove(execution);
    row.flatMap(Endings::of)
        .ifPresent(ending -> afterCommit(() -> outbox.ended(known.flow, ending)));
    return true;
  }

  /** The states of all executions at hand that are this node's to work on. */
  public List<Flow> atHand() {
    List<Flow> found = new ArrayList<>();
    for (FlowCache.Entry entry : flows.all()) {
      if (settings.mine().test(entry.flow.subject().id())) {
        found.add(entry.flow);
      }
    }
    return found;
  }

  /**
   * Reads an execution from its rows as if nothing were known of it, and goes on from there.
   *
   * @param again gets each stage that has no result yet
   */
  public void recover(String execution, Consumer<Dispatch> again) {
    FlowCache.Entry entry = entry(execution);
    if (entry == null) {
      return;
    }
    Optional<Ending> missing = entry.flow.restored().ending();
    if (missing.isPresent()) {
      Decision decision = entry.flow.restored();
      touched.add(execution);
      write(execution, entry, decision);
      return;
    }
    if (entry.parent != null && !children().isWaitedFor(execution, entry.parent)) {
      // Who gave it up died before saying so.
      afterCommit(() -> outbox.cancel(execution, DecisionWriter.GIVEN_UP));
      return;
    }
    entry.flow.suspensions().forEach((path, on) -> look(execution, path, on));
    List<Dispatch> outstanding = entry.flow.outstanding();
    afterCommit(() -> outstanding.forEach(again));
  }

  /** The time is up of what a step waits for. */
  public void waitedLongEnough(String execution, String path, TimerKind kind, int attempt) {
    Optional<Suspension> on = suspension(execution, path);
    if (on.orElse(null) instanceof Suspension.Promise promise) {
      new PromiseTurns(this).look(execution, path, promise);
    } else if (on.orElse(null) instanceof Suspension.Gathering gathering) {
      new Sharing(this, journal.ledger()).due(execution, path, gathering);
    } else if (kind == TimerKind.GATHERING) {
      journal.ledger().forsake(new Ledger.Waiter(execution, path));
    }
    dropTimer(execution, path, kind, attempt);
  }

  /** What a step waits for may have come while nobody was there to be told. */
  private void look(String execution, String path, Suspension on) {
    if (on instanceof Suspension.Child child) {
      children().look(execution, path, child.execution());
    } else if (on instanceof Suspension.Promise promise) {
      new PromiseTurns(this).look(execution, path, promise);
    }
  }

  /**
   * Removes a timer that nothing follows from. One of a later attempt stays: the same timer may be
   * told of again when its step has long been waiting for the next.
   */
  public void dropTimer(String execution, String path, TimerKind kind, int attempt) {
    boolean set =
        journal.timers(execution).stream()
            .anyMatch(
                timer ->
                    timer.path().equals(path)
                        && timer.kind().equals(kind.label())
                        && timer.attempt() <= attempt);
    if (set) {
      journal.dropTimer(execution, path, kind.label());
    }
  }

  /** Ends an execution that cannot be worked on at all. */
  public void fail(String execution, Fault fault) {
    flows.remove(execution);
    Ending ending = new Ending.Failed("", fault);
    journal.finish(execution, ExecutionStatus.FAILED, null, Endings.error(ending), now());
    journal.dropTimers(execution);
  }

  void committed() {
    afterCommit.forEach(Runnable::run);
  }

  /** Forgets what was decided in vain. */
  void rolledBack() {
    touched.forEach(flows::remove);
  }

  private FlowCache.Entry entry(String execution) {
    FlowCache.Entry entry = flows.get(execution);
    if (entry != null && settings.mine().test(execution)) {
      return entry.flow.isEnded() ? null : entry;
    }
    flows.remove(execution);
    Optional<ExecutionRow> row =
        journal.execution(execution).filter(r -> r.status() == ExecutionStatus.RUNNING);
    if (row.isEmpty()) {
      return null;
    }
    try {
      FlowCache.Entry restored = new Restorer(journal, settings).restore(row.get(), now());
      keep(execution, restored);
      return restored;
    } catch (FaultException e) {
      if (e.fault().retryable()) {
        throw e;
      }
      fail(execution, e.fault());
      return null;
    }
  }

  /** What another node works on would be out of date soon. */
  private void keep(String execution, FlowCache.Entry entry) {
    if (settings.mine().test(execution)) {
      flows.put(execution, entry);
    }
  }

  private void write(String execution, FlowCache.Entry entry, Decision decision) {
    new DecisionWriter(this, journal, flows, settings, outbox).write(execution, entry, decision);
    written();
  }

  /** Does what was to wait for what is written now. */
  void written() {
    while (!afterWriting.isEmpty()) {
      afterWriting.poll().run();
    }
  }
}
