package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.Subject;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.engine.record.Endings;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.record.NestingLimit;
import dev.howdah.engine.record.PromiseTurns;
import dev.howdah.engine.record.Recording;
import dev.howdah.engine.record.Unrecorded;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executions of express designs: they run on the same routes and by the same rules as durable
 * ones, but in the memory of this process, without a hop between stages, and leave one row when
 * they have ended. Lost with the process. Thread-safe.
 */
final class ExpressRuns implements ExpressRun.Host, Unrecorded {
  /** Starts executions on behalf of steps. */
  interface Children {
    /** Starts one that a step waits for; its ending is told once. */
    void start(ExecutionRow parent, String path, Decision.Child child, Consumer<Ending> ended);

    /** Starts one that nobody waits for. */
    void spawn(ExecutionRow parent, String path, Decision.Child child);

    void cancel(String execution);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ExpressRuns.class);

  /** How long ended executions gather before their rows are written, which saves transactions. */
  private static final long GATHER_MILLIS = 50;

  /** How often a stage is sent to a group before it counts as failed. */
  private static final int MOST_SENT = 3;

  private final Map<String, ExpressRun> running = new ConcurrentHashMap<>();

  /** Executions that have ended and have no row yet. */
  private final Map<String, ExecutionRow> unwritten = new ConcurrentHashMap<>();

  private final Queue<ExecutionRow> toWrite = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean writing = new AtomicBoolean();
  private final Groups groups;
  private final Dispatcher dispatcher;
  private final StageRunner runner;
  private final RunnerPool pool;
  private final ScheduledExecutorService timer;
  private final Consumer<Event> recorder;
  private final Children children;
  private final java.util.function.Supplier<String> ids;
  private final InstantSource clock;

  ExpressRuns(
      Groups groups,
      Dispatcher dispatcher,
      StageRunner runner,
      RunnerPool pool,
      ScheduledExecutorService timer,
      Consumer<Event> recorder,
      Children children,
      java.util.function.Supplier<String> ids,
      InstantSource clock) {
    this.groups = groups;
    this.dispatcher = dispatcher;
    this.runner = runner;
    this.pool = pool;
    this.timer = timer;
    this.recorder = recorder;
    this.children = children;
    this.ids = ids;
    this.clock = clock;
  }

  /** Begins an execution on a thread of its own. */
  void start(ExecutionRow row, String deploymentPath, Plan plan) {
    Subject subject =
        new Subject(
            row.id(),
            deploymentPath,
            Value.ofText(row.input()),
            row.startedAt(),
            row.deadlineAt() == null ? Long.MAX_VALUE : row.deadlineAt());
    Flow flow = new Flow(subject, plan, ids, () -> ThreadLocalRandom.current().nextDouble());
    ExpressRun run = new ExpressRun(row, flow, this);
    running.put(row.id(), run);
    pool.execute(run::start);
  }

  /** The execution as its row would tell, while it has none. */
  Optional<ExecutionRow> row(String execution) {
    return Optional.ofNullable(running.get(execution))
        .map(ExpressRun::row)
        .or(() -> Optional.ofNullable(unwritten.get(execution)));
  }

  /** The executions as their rows would tell, while they have none. */
  Collection<ExecutionRow> rows() {
    // One that ends meanwhile is in both, and never in neither.
    Map<String, ExecutionRow> found = new HashMap<>();
    running.values().forEach(run -> found.put(run.row().id(), run.row()));
    found.putAll(unwritten);
    return found.values();
  }

  /**
   * Looks at every running execution; the other argument tells which attempts were sent to other
   * processes.
   */
  void look(BiConsumer<Flow, Predicate<String>> onlooker) {
    for (ExpressRun run : running.values()) {
      synchronized (run) {
        onlooker.accept(run.flow(), run::isElsewhere);
      }
    }
  }

  /**
   * A stage was sent, and neither it nor a result of it is anywhere: it is sent again, or fails
   * when that has been of no use.
   *
   * @return false when its execution does not run here
   */
  boolean lost(Dispatch dispatch) {
    ExpressRun run = running.get(dispatch.execution());
    if (run == null) {
      return false;
    }
    int sent = run.sentAgain(dispatch);
    if (sent > MOST_SENT) {
      dispatcher.fail(dispatch, lostFor(dispatch));
    } else if (sent > 0) {
      dispatcher.sendLost(dispatch);
    }
    return true;
  }

  private static Fault lostFor(Dispatch dispatch) {
    return Fault.retryable(
        "worker.lost",
        Blame.ENGINE,
        "the stage was sent to group %s %d times, and neither it nor a result can be found; the group's workers may have lost their broker"
            .formatted(dispatch.group(), MOST_SENT));
  }

  /** Writes the rows of executions that have ended. */
  void write() {
    writing.set(false);
    List<ExecutionRow> rows = new ArrayList<>();
    for (ExecutionRow row = toWrite.poll(); row != null; row = toWrite.poll()) {
      rows.add(row);
    }
    recorder.accept(
        recording -> {
          rows.forEach(recording::log);
          recording.afterCommit(() -> rows.forEach(row -> unwritten.remove(row.id())));
        });
  }

  /** Why an execution is not done; empty when it does not run here. */
  Optional<List<Waiting>> waitingFor(String execution) {
    return ask(execution, Flow::waitingFor);
  }

  private <T> Optional<T> ask(String execution, Function<Flow, T> question) {
    ExpressRun run = running.get(execution);
    if (run == null) {
      return Optional.empty();
    }
    synchronized (run) {
      return Optional.ofNullable(question.apply(run.flow()));
    }
  }

  /** Ends an execution; empty when it does not run here. */
  Optional<Cancellation> cancel(Events.Cancel cancel) {
    return Optional.ofNullable(running.get(cancel.execution()))
        .map(
            run -> {
              boolean followed = run.happen(flow -> cancel.cancel(flow, now()));
              return Events.Cancel.outcome(followed, running.containsKey(cancel.execution()));
            });
  }

  /** How an execution is about to end; empty when it is not, or does not run here. */
  Optional<Ending> endingSoon(String execution) {
    return ask(execution, flow -> flow.endingSoon().orElse(null));
  }

  /** Takes the result of a stage that ran elsewhere; false when its execution does not run here. */
  boolean result(StageResult result) {
    ExpressRun run = running.get(result.execution());
    if (run != null) {
      pool.execute(() -> run.result(result));
    }
    return run != null;
  }

  int size() {
    return running.size();
  }

  // ---- what the recorder tells

  @Override
  public Optional<Suspension> suspension(String execution, String path) {
    return ask(execution, flow -> flow.suspension(path).orElse(null));
  }

  @Override
  public void resume(String execution, String path, Suspension on, Value output) {
    later(execution, flow -> flow.resume(path, on, output, now()));
  }

  @Override
  public void resume(String execution, String path, Suspension on, Fault fault) {
    later(execution, flow -> flow.resume(path, on, fault, now()));
  }

  /** While this node stops, nothing is due any more, and what has ended is written by it. */
  private void after(long millis, Runnable action) {
    try {
      timer.schedule(action, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("The node stops before something was due.", stopping);
    }
  }

  private void later(String execution, Function<Flow, Decision> event) {
    ExpressRun run = running.get(execution);
    if (run != null) {
      pool.execute(() -> run.happen(event));
    }
  }

  // ---- what executions ask for

  @Override
  public long now() {
    return clock.millis();
  }

  @Override
  public void run(Dispatch dispatch, Consumer<StageResult> done) {
    runner.run(dispatch, dispatcher::tell, done);
  }

  @Override
  public void send(ExpressRun run, Dispatch dispatch) {
    if (isHere(dispatch)) {
      pool.execute(() -> runner.run(dispatch, dispatcher::tell, run::result));
    } else {
      run.sentElsewhere(dispatch);
      dispatcher.send(dispatch);
    }
  }

  @Override
  public boolean isHere(Dispatch dispatch) {
    Groups.Group group = groups.of(dispatch.group());
    return dispatch.placement().isEmpty()
        && group.isOwned(Partitions.of(dispatch.execution(), group.partitions()));
  }

  @Override
  public boolean isShared(StageResult result) {
    return Recording.isShared(result);
  }

  @Override
  public void share(ExpressRun run, StageResult result) {
    // Who looks for this execution from now on must find it waiting; after a transaction that is
    // repeated it waits already.
    AtomicReference<Decision> decided = new AtomicReference<>();
    recorder.accept(
        recording -> {
          StageResult settled = recording.share(result);
          if (decided.get() == null) {
            decided.set(run.decide(flow -> flow.apply(settled, now())));
          }
          recording.afterCommit(() -> pool.execute(() -> run.go(decided.get())));
        });
  }

  @Override
  public void follow(ExpressRun run, Decision decision) {
    String execution = run.row().id();
    dispatcher.recorded(run.flow(), decision);
    for (Decision.Timer due : decision.timers()) {
      after(
          Math.max(0, due.dueAt() - now()),
          () ->
              later(
                  execution,
                  flow -> flow.timerFired(due.path(), due.kind(), due.attempt(), now())));
    }
    decision.children().forEach(child -> startChild(run.row(), child));
    decision.spawned().forEach(child -> children.spawn(run.row(), child.path(), child));
    decision.abandoned().forEach(children::cancel);
    decision
        .promises()
        .forEach(
            promise ->
                recorder.accept(
                    recording -> new PromiseTurns(recording).await(execution, promise)));
    decision
        .abandonedPromises()
        .forEach(
            promise -> recorder.accept(recording -> new PromiseTurns(recording).cancel(promise)));
  }

  private void startChild(ExecutionRow parent, Decision.Child child) {
    Consumer<Ending> ended =
        ending ->
            later(
                parent.id(),
                flow -> flow.childEnded(child.path(), child.execution(), ending, now()));
    try {
      NestingLimit.check(depth(parent));
    } catch (FaultException e) {
      ended.accept(new Ending.Failed("", e.fault()));
      return;
    }
    children.start(parent, child.path(), child, ended);
  }

  /** Whoever waits for a running execution runs too. */
  private int depth(ExecutionRow row) {
    int depth = 1;
    ExpressRun above = parent(row);
    while (above != null && depth < NestingLimit.MOST) {
      depth++;
      above = parent(above.row());
    }
    return depth;
  }

  private ExpressRun parent(ExecutionRow row) {
    return row.parentExecution() == null ? null : running.get(row.parentExecution());
  }

  @Override
  public void ended(ExpressRun run, Ending ending) {
    ExecutionRow row = run.row();
    long now = now();
    ExecutionRow ended =
        new ExecutionRow(
            row.id(),
            row.deploymentId(),
            row.designId(),
            row.revision(),
            Endings.status(ending),
            row.triggerType(),
            row.triggeredBy(),
            row.input(),
            Endings.result(ending),
            Endings.error(ending),
            null,
            row.parentExecution(),
            row.parentPath(),
            row.startedAt(),
            now,
            row.deadlineAt(),
            0);
    unwritten.put(row.id(), ended);
    toWrite.add(ended);
    running.remove(row.id());
    dispatcher.ended(run.flow(), ending);
    if (writing.compareAndSet(false, true)) {
      after(GATHER_MILLIS, this::write);
    }
  }
}
