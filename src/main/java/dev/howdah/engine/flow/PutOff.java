package dev.howdah.engine.flow;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What closes scopes while blocks are recalled, put off until all blocks are that can be: rows have
 * no order, and a failure must not hide what was done beside it.
 *
 * <p>What closes the innermost scopes comes first. It came first in the beginning too: had a scope
 * around been closed before, nothing would be recorded of it. Not thread-safe.
 */
final class PutOff {
  private record Closing(int rank, int number, Runnable what) {}

  /** After everything else, since it goes for the whole of what it is about. */
  private static final int LAST = -1;

  private final PriorityQueue<Closing> closings =
      new PriorityQueue<>(
          1, Comparator.comparingInt(Closing::rank).reversed().thenComparingInt(Closing::number));
  private int numbers;

  /** A block of a scope has failed. */
  void failure(ScopeState scope, Runnable what) {
    add(2 * scope.depth() + 1, what);
  }

  /** What is inside a container of a scope is of no use any more. */
  void inside(ScopeState scope, Runnable what) {
    add(2 * (scope.depth() + 1), what);
  }

  /** A container was interrupted, by something around it or from outside. */
  void interruption(Runnable what) {
    add(LAST, what);
  }

  private void add(int rank, Runnable what) {
    closings.add(new Closing(rank, numbers++, what));
  }

  /** The next to be done; null when there is none. */
  Runnable poll() {
    Closing next = closings.poll();
    return next == null ? null : next.what();
  }
}
