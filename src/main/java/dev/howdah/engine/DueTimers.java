package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.store.TimerRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The timers that are due soon, so that they fire on time without asking the database all the
 * while. The rows are the truth: what is not here is found by the next look at them. Thread-safe;
 * has no thread of its own.
 */
final class DueTimers {
  /** A timer of an execution. */
  record Due(String execution, String path, TimerKind kind, int attempt, long dueAt) {}

  private final PriorityQueue<Due> soon = new PriorityQueue<>(Comparator.comparingLong(Due::dueAt));
  private final java.util.Set<Due> known = new java.util.HashSet<>();
  private long horizon;

  /** All rows due until then, in epoch milliseconds, are about to be {@link #found}. */
  synchronized void lookedUntil(long until) {
    horizon = Math.max(horizon, until);
  }

  synchronized void found(TimerRow row) {
    add(new Due(row.execution(), row.path(), TimerKind.of(row.kind()), row.attempt(), row.dueAt()));
  }

  /** A timer was set by this node. */
  synchronized void set(String execution, Decision.Timer timer) {
    if (timer.dueAt() <= horizon) {
      add(new Due(execution, timer.path(), timer.kind(), timer.attempt(), timer.dueAt()));
    }
  }

  private void add(Due due) {
    if (known.add(due)) {
      soon.add(due);
    }
  }

  /** Takes those that are due. */
  synchronized List<Due> take(long now) {
    List<Due> due = new ArrayList<>(0);
    while (!soon.isEmpty() && soon.peek().dueAt() <= now) {
      Due timer = soon.remove();
      known.remove(timer);
      due.add(timer);
    }
    return due;
  }
}
