package dev.howdah.worker.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts threads whose time is up: one daemon thread for any number of calls.
 *
 * <p>Watching costs the caller two small objects and one compare-and-set. A call that ends in time
 * is never touched by the watchdog except to be forgotten at the next tick. Deadlines are kept to
 * within one tick of 10 ms.
 */
final class Watchdog implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ConcurrentLinkedQueue<Watch> arrivals = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closed;

  Watchdog(String name) {
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts to watch the calling thread, which must call {@link Watch#end()} when it is done. */
  Watch watch(long timeoutNanos) {
    Watch watch = new Watch(Thread.currentThread(), System.nanoTime() + timeoutNanos);
    arrivals.add(watch);
    if (closed) {
      watch.fire();
      return watch;
    }
    // read after the add: either this sees the sleeper, or the sleeper sees the arrival
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
    return watch;
  }

  /** Ends the watchdog: interrupts what it watches and whoever asks to be watched later. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    List<Watch> running = new ArrayList<>();
    while (!closed) {
      boolean arrived = false;
      for (Watch watch = arrivals.poll(); watch != null; watch = arrivals.poll()) {
        arrived = true;
        running.add(watch);
      }
      long now = System.nanoTime();
      running.removeIf(watch -> watch.isOver(now));
      if (arrived || !running.isEmpty()) {
        LockSupport.parkNanos(this, TICK_NANOS);
      } else {
        // a whole tick without a call: sleep until one comes, so that an idle engine is idle
        asleep = true;
        while (asleep && arrivals.isEmpty() && !closed) {
          LockSupport.park(this);
        }
        asleep = false;
      }
    }
    running.addAll(arrivals);
    running.forEach(Watch::fire);
  }
}
