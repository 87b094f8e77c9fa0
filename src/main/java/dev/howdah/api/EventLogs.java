package dev.howdah.api;

import dev.howdah.engine.Engine;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.Store;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event logs of executions that have readers, or had until a while ago, so that who was cut off
 * resumes where it was. Thread-safe.
 */
final class EventLogs {
  private static final Logger LOG = LoggerFactory.getLogger(EventLogs.class);
  private static final long LINGER_MILLIS = 60_000;

  /** Other engine nodes tell nothing; what they record is read from the shared database. */
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final Engine engine;
  private final Store store;
  private final StepsJson steps;
  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final Map<String, Watched> byExecution = new HashMap<>();
  private final SplittableRandom epochs = new SplittableRandom();

  private static final class Watched {
    final EventLog log;
    final AutoCloseable watch;
    final long looking;
    int readers;
    long use;

    Watched(EventLog log, AutoCloseable watch, long looking) {
      this.log = log;
      this.watch = watch;
      this.looking = looking;
    }
  }

  EventLogs(Engine engine, Store store, StepsJson steps, Vertx vertx, WorkerExecutor workers) {
    this.engine = engine;
    this.store = store;
    this.steps = steps;
    this.vertx = vertx;
    this.workers = workers;
  }

  /** The log of an execution, for one more reader; {@link #release} it. Blocks. */
  EventLog acquire(ExecutionRow row) {
    StepPlaces places = steps.places(row);
    synchronized (this) {
      Watched watched =
          byExecution.computeIfAbsent(row.id(), id -> watched(id, new EventLog(epoch(), places)));
      watched.readers++;
      watched.use++;
      return watched.log;
    }
  }

  /**
   * The log of an execution about to be started under this id, for its first reader; {@link
   * #release} it. Never blocks.
   */
  synchronized EventLog acquireNew(String execution, Plan plan) {
    EventLog log = EventLog.ofNew(epoch(), new StepPlaces(Optional.of(plan)));
    Watched watched = watched(execution, log);
    watched.readers++;
    watched.use++;
    byExecution.put(execution, watched);
    return log;
  }

  /** The execution whose log has this epoch. */
  synchronized Optional<String> execution(String epoch) {
    return byExecution.entrySet().stream()
        .filter(entry -> entry.getValue().log.epoch().equals(epoch))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private String epoch() {
    return Long.toString(epochs.nextLong() >>> 24, 36);
  }

  private Watched watched(String execution, EventLog log) {
    return new Watched(log, engine.watch(execution, log), look(execution, log));
  }

  private long look(String execution, EventLog log) {
    return store.shared()
        ? vertx.setPeriodic(
            LOOK_EVERY_MILLIS,
            tick -> workers.executeBlocking(() -> recorded(execution, log, Long.MAX_VALUE), false))
        : -1;
  }

  /** An execution with a row, or one that has none yet. Blocks. */
  ExecutionRow row(String execution) {
    return ExecutionEndpoints.row(engine, store, execution);
  }

  /** What is recorded of an execution behind a number. Blocks. */
  List<Told> recorded(String execution, EventLog log, long behind) {
    ExecutionRow row = row(execution);
    return log.recorded(row, store.executions().steps(execution), behind);
  }

  /** One reader less. */
  synchronized void release(String execution) {
    Watched watched = byExecution.get(execution);
    if (--watched.readers > 0) {
      return;
    }
    long use = watched.use;
    if (watched.log.isEmpty()) {
      forget(execution, use);
    } else {
      vertx.setTimer(LINGER_MILLIS, fired -> forget(execution, use));
    }
  }

  private synchronized void forget(String execution, long use) {
    Watched watched = byExecution.get(execution);
    if (watched == null || watched.readers > 0 || watched.use != use) {
      return;
    }
    byExecution.remove(execution);
    vertx.cancelTimer(watched.looking);
    try {
      watched.watch.close();
    } catch (Exception e) {
      LOG.debug("An onlooker did not go away.", e);
    }
  }
}
