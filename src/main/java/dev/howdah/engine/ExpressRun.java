package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.store.ExecutionRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One execution in memory: what happens to it is decided at once, and what follows is done at once.
 * Thread-safe.
 */
final class ExpressRun {
  /** What an execution asks of its surroundings. Called without the execution's lock. */
  interface Host {
    /** The time of day in epoch milliseconds. */
    long now();

    /** Runs a stage here if it can; the result is told on this thread or another one. */
    void run(Dispatch dispatch, java.util.function.Consumer<StageResult> done);

    /** Runs a stage on another thread or process; the result is told to the execution. */
    void send(ExpressRun run, Dispatch dispatch);

    /** Whether a stage can be run by {@link #run}. */
    boolean isHere(Dispatch dispatch);

    /** Settles what depends on other executions, and tells the execution. */
    void share(ExpressRun run, StageResult result);

    /** Does what follows besides stages. */
    void follow(ExpressRun run, Decision decision);

    /** Whether a result depends on other executions. */
    boolean isShared(StageResult result);

    void ended(ExpressRun run, Ending ending);
  }

  private final ExecutionRow row;
  private final Flow flow;
  private final Host host;

  /** How often attempts were sent to other processes, by their keys. */
  private final Map<String, Integer> elsewhere = new HashMap<>(0);

  ExpressRun(ExecutionRow row, Flow flow, Host host) {
    this.row = row;
    this.flow = flow;
    this.host = host;
  }

  ExecutionRow row() {
    return row;
  }

  /** Only to be read; its lock is this object. */
  Flow flow() {
    return flow;
  }

  /** A stage is sent to another process. */
  synchronized void sentElsewhere(Dispatch dispatch) {
    elsewhere.put(dispatch.idempotencyKey(), 1);
  }

  /** Whether an attempt was sent to another process and has no result. */
  synchronized boolean isElsewhere(String key) {
    return elsewhere.containsKey(key);
  }

  /** A stage is sent once more; how often that makes, 0 when it is not awaited any more. */
  synchronized int sentAgain(Dispatch dispatch) {
    if (!flow.awaits(dispatch.path(), dispatch.attempt())) {
      return 0;
    }
    return elsewhere.merge(dispatch.idempotencyKey(), 1, Integer::sum);
  }

  void start() {
    happen(f -> f.start(host.now()));
  }

  /** A stage has run elsewhere. */
  void result(StageResult result) {
    take(result).ifPresent(this::run);
  }

  /** Lets something happen; false when nothing follows from it. */
  boolean happen(Function<Flow, Decision> event) {
    Decision decision = decide(event);
    go(decision);
    return !decision.isEmpty();
  }

  /** Lets something happen, of which nothing follows before {@link #go}. */
  synchronized Decision decide(Function<Flow, Decision> event) {
    return event.apply(flow);
  }

  /** Does what follows. */
  void go(Decision decision) {
    act(decision).ifPresent(this::run);
  }

  /** Runs a stage, and those that follow from it as long as they can be run on this thread. */
  private void run(Dispatch first) {
    Optional<Dispatch> next = Optional.of(first);
    while (next.isPresent()) {
      Here here = new Here(Thread.currentThread());
      host.run(next.get(), here::take);
      next = here.leave().flatMap(this::take);
    }
  }

  /** A result that is there when the call returns is taken by the caller, which saves the stack. */
  private final class Here {
    private final Thread thread;
    private boolean left;
    private StageResult result;

    Here(Thread thread) {
      this.thread = thread;
    }

    void take(StageResult came) {
      if (Thread.currentThread() == thread && !left) {
        result = came;
      } else {
        result(came);
      }
    }

    Optional<StageResult> leave() {
      left = true;
      return Optional.ofNullable(result);
    }
  }

  private Optional<Dispatch> take(StageResult result) {
    synchronized (this) {
      elsewhere.remove(
          Dispatch.idempotencyKey(result.execution(), result.path(), result.attempt()));
    }
    if (host.isShared(result)) {
      host.share(this, result);
      return Optional.empty();
    }
    return act(decide(f -> f.apply(result, host.now())));
  }

  /** Does what follows, but for one stage that this thread may go on with. */
  private Optional<Dispatch> act(Decision decision) {
    if (decision.isEmpty()) {
      return Optional.empty();
    }
    host.follow(this, decision);
    if (decision.ending().isPresent()) {
      host.ended(this, decision.ending().get());
    }
    List<Dispatch> dispatches = decision.dispatches();
    Optional<Dispatch> own = Optional.empty();
    for (Dispatch dispatch : dispatches) {
      if (own.isEmpty() && host.isHere(dispatch)) {
        own = Optional.of(dispatch);
      } else {
        host.send(this, dispatch);
      }
    }
    return own;
  }
}
