package dev.howdah.drill;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Settles what executions wait for, also while engines are killed. Some promises are made before
 * anybody waits for them; each is settled a second time with something else, which must change
 * nothing.
 */
final class Approver implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger contradictions = new AtomicInteger();
  private final Queue<String> early = new ArrayDeque<>();
  private final Installation installation;
  private int turns;

  /**
   * @param executions how many there will be
   */
  Approver(Installation installation, int executions) {
    this.installation = installation;
    for (int i = 0; i < executions; i++) {
      if (DrillDesigns.designOf(i).equals(PatternsDesign.ID) && i / 8 % 3 == 0) {
        early.add(PatternsDesign.promise(i));
      }
    }
  }

  void begin() {
    thread.scheduleWithFixedDelay(this::turn, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void turn() {
    try {
      turns++;
      for (String promise : installation.pending(turns)) {
        settle(promise);
      }
      // It is settled in the next turn; its execution may begin to wait in between.
      if (!early.isEmpty() && installation.promise(turns, early.element())) {
        early.remove();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle(String promise) throws InterruptedException {
    int right = PatternsDesign.resolution(promise);
    Optional<String> first = installation.resolve(turns, promise, right);
    if (first.isPresent()) {
      Optional<String> second = installation.resolve(turns + 1, promise, right + 1);
      String wanted = Integer.toString(right);
      if (!first.get().equals(wanted) || !second.orElse(wanted).equals(wanted)) {
        contradictions.incrementAndGet();
      }
    }
  }

  /** How many promises were settled with two values. */
  int contradictions() {
    return contradictions.get();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
