package dev.howdah.worker.exec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Lets so many run at a time; the others wait for their turn in order, and hold no thread. */
final class Turns {
  private final Executor executor;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Turns(int most, Executor executor) {
    this.free = most;
    this.executor = executor;
  }

  /** Starts a task when it is its turn; whoever has had it must {@link #leave}. */
  void enter(Runnable task) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(task);
        return;
      }
      free--;
    }
    executor.execute(task);
  }

  /** Gives the turn to the next. */
  void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    executor.execute(next);
  }
}
