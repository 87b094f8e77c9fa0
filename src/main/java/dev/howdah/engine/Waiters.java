package dev.howdah.engine;

import dev.howdah.engine.flow.Ending;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Callers who wait for executions of this node to end. They hold no thread. Thread-safe. */
final class Waiters {
  private final Map<String, CompletableFuture<Ending>> waiting = new ConcurrentHashMap<>();

  /** Completed when the execution ends; the same for all who wait for it. */
  CompletableFuture<Ending> of(String execution) {
    return waiting.computeIfAbsent(execution, id -> new CompletableFuture<>());
  }

  void ended(String execution, Ending ending) {
    CompletableFuture<Ending> future = waiting.remove(execution);
    if (future != null) {
      future.complete(ending);
    }
  }

  /** The executions somebody waits for. */
  Set<String> executions() {
    return waiting.keySet();
  }

  /** Nobody waits any more. */
  void forget(String execution) {
    waiting.remove(execution);
  }

  int size() {
    return waiting.size();
  }
}
