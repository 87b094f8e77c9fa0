package dev.howdah.drill;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who start executions. Whoever gets no answer asks the next engine with the same key, until
 * one comes; some ask again although they have one.
 */
final class Callers implements AutoCloseable {
  private static final int THREADS = 24;
  private static final long AGAIN_MILLIS = 100;

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
  private final Map<Integer, String> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger contradictions = new AtomicInteger();
  private final Installation installation;
  private int begun;

  Callers(Installation installation) {
    this.installation = installation;
  }

  /** Starts some more executions, at random times within the duration. */
  void begin(int count, Duration within, Random random) {
    for (int i = 0; i < count; i++) {
      int number = begun++;
      long at = (long) (random.nextDouble() * within.toMillis());
      threads.schedule(() -> ask(number, 0), at, TimeUnit.MILLISECONDS);
    }
  }

  private void ask(int i, int tries) {
    try {
      // Killed before it answered: nobody knows whether the execution was accepted.
      installation
          .start(i, tries)
          .ifPresentOrElse(
              id -> answered(i, id),
              () -> threads.schedule(() -> ask(i, tries + 1), AGAIN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answered(int i, String id) {
    String before = accepted.putIfAbsent(i, id);
    if (before == null) {
      if (i % 10 == 0) {
        threads.schedule(() -> ask(i, 1), 1, TimeUnit.SECONDS);
      }
    } else if (!before.equals(id)) {
      contradictions.incrementAndGet();
    }
  }

  /** The ids of executions by their number. */
  Map<Integer, String> accepted() {
    return accepted;
  }

  /** How often a key that had been answered got another execution. */
  int contradictions() {
    return contradictions.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
