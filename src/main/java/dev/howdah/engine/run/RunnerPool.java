package dev.howdah.engine.run;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that compute blocks: few as long as blocks are quick, because threads that take turns
 * cost more than they give, and more as soon as work waits behind blocks that are not.
 */
public final class RunnerPool implements AutoCloseable {
  private static final long LOOK_MILLIS = 20;

  private final ThreadPoolExecutor threads;
  private final int few;
  private final int most;
  private long completedBefore;

  /**
   * @param few threads for quick blocks
   * @param most threads when blocks are slow
   * @param timer looks after the pool
   */
  public RunnerPool(int few, int most, ScheduledExecutorService timer) {
    this.few = few;
    this.most = most;
    AtomicInteger names = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            few,
            few,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "howdah-runner-" + names.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  public void execute(Runnable task) {
    threads.execute(task);
  }

  /** Tasks no thread has begun. */
  public int queued() {
    return threads.getQueue().size();
  }

  /** Adds threads when none of those there finished anything while work waited. */
  private void look() {
    long completed = threads.getCompletedTaskCount();
    boolean waits = !threads.getQueue().isEmpty();
    int size = threads.getMaximumPoolSize();
    if (waits && completed - completedBefore < size && size < most) {
      int more = Math.min(most, size + Math.max(4, Math.min(threads.getQueue().size(), size)));
      threads.setMaximumPoolSize(more);
      threads.setCorePoolSize(more);
    } else if (!waits && size > few && threads.getActiveCount() < few) {
      threads.setCorePoolSize(few);
      threads.setMaximumPoolSize(few);
    }
    completedBefore = completed;
  }

  /** Takes no more tasks and waits a while for those it has. */
  public void finish(Duration most) {
    threads.shutdown();
    try {
      threads.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts what still runs. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
