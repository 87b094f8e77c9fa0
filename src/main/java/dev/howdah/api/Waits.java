package dev.howdah.api;

import dev.howdah.engine.Engine;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The callers who wait for executions: how many there are, and who of several that wait for the
 * same one leaves last. Thread-safe.
 */
final class Waits {
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  private final Engine engine;
  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<String, Integer> perExecution = new ConcurrentHashMap<>();

  Waits(Engine engine, int most) {
    this.engine = engine;
    this.most = most;
  }

  /** Takes a place among those who wait; false when all are taken. */
  boolean enter() {
    if (waiting.incrementAndGet() <= most) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  /** What somebody is told for whom there is no place. */
  static ApiAnswer tooMany() {
    return ApiAnswer.problem(
        503,
        new Fault(
            "request.too-many-waiting",
            Blame.ENGINE,
            "as many callers wait for results as may; try again, or ask with Prefer: respond-async",
            true,
            Optional.of(TRY_AGAIN)));
  }

  /** Gives a place back. */
  void exit() {
    waiting.decrementAndGet();
  }

  /** How an execution ends; {@link #leave} whether or not it did. */
  CompletableFuture<Ending> join(String execution) {
    CompletableFuture<?>[] ending = new CompletableFuture<?>[1];
    perExecution.compute(
        execution,
        (id, callers) -> {
          ending[0] = engine.endingOfNew(id);
          return callers == null ? 1 : callers + 1;
        });
    return ending[0].thenApply(Ending.class::cast);
  }

  /** One caller less; the engine is told when it was the last. */
  void leave(String execution) {
    perExecution.computeIfPresent(
        execution,
        (id, callers) -> {
          if (callers > 1) {
            return callers - 1;
          }
          engine.stopWaiting(id);
          return null;
        });
  }

  int waiting() {
    return waiting.get();
  }
}
