package dev.howdah.worker.wasm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One watched call. Whoever moves it out of RUNNING first decides: the call that ended, or the
 * watchdog that interrupts it. So no interrupt of the watchdog can hit a thread that has gone on to
 * something else.
 */
final class Watch extends AtomicInteger {
  private static final int RUNNING = 0;
  private static final int ENDED = 1;
  private static final int FIRING = 2;
  private static final int FIRED = 3;
  private static final int CANCELLED = 4;

  private final transient Thread thread;
  private final long deadlineNanos;

  Watch(Thread thread, long deadlineNanos) {
    this.thread = thread;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Ends the watch; called once, by the watched thread.
   *
   * @return whether the watchdog interrupted this thread, whose flag the caller then has to clear
   */
  boolean end() {
    if (compareAndSet(RUNNING, ENDED)) {
      return false;
    }
    while (get() == FIRING) {
      Thread.onSpinWait();
    }
    return get() == FIRED;
  }

  /** Called by the watchdog: interrupts when it is time, and says whether to forget the watch. */
  boolean isOver(long nowNanos) {
    if (get() != RUNNING) {
      return true;
    }
    return nowNanos - deadlineNanos >= 0 && fire();
  }

  /** Interrupts the call unless it has ended; says whether it was this call that did. */
  boolean fire() {
    if (!compareAndSet(RUNNING, FIRING)) {
      return false;
    }
    // somebody else's interrupt is a cancel, which must not be reported as a timeout
    boolean cancelled = thread.isInterrupted();
    if (!cancelled) {
      thread.interrupt();
    }
    set(cancelled ? CANCELLED : FIRED);
    return true;
  }
}
