package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.store.TimerRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The timers of this node's executions that are due soon, so that they fire on time without asking
 * the database all the while. The rows are the truth: what is not here is found by the next look at
 * them, and what has fired to no avail fires again some seconds later. Thread-safe; has no thread
 * of its own.
 */
final class DueTimers {
  /** A timer of an execution. */
  record Due(String execution, String path, TimerKind kind, int attempt, long dueAt) {}

  /** Longer than it takes to record what follows from a timer. */
  private static final long FIRES_AGAIN_MILLIS = 5_000;

  private final PriorityQueue<Due> soon = new PriorityQueue<>(Comparator.comparingLong(Due::dueAt));
  private final Set<Due> known = new HashSet<>();
  private final Map<Due, Long> fired = new HashMap<>();
  private final Predicate<String> mine;
  private long horizon;

  /**
   * @param mine whether this node is the one to work on an execution
   */
  DueTimers(Predicate<String> mine) {
    this.mine = mine;
  }

  /**
   * All rows due until then are about to be {@link #found}.
   *
   * @param now in epoch milliseconds, as {@code until}
   */
  synchronized void looking(long now, long until) {
    horizon = Math.max(horizon, until);
    fired.values().removeIf(at -> at <= now - FIRES_AGAIN_MILLIS);
  }

  /** Forgets all of it: whose the executions are has changed. */
  synchronized void forget() {
    soon.clear();
    known.clear();
    fired.clear();
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
    if (mine.test(due.execution()) && !fired.containsKey(due) && known.add(due)) {
      soon.add(due);
    }
  }

  /** Takes those that are due. */
  synchronized List<Due> take(long now) {
    List<Due> due = new ArrayList<>(0);
    while (!soon.isEmpty() && soon.peek().dueAt() <= now) {
      Due timer = soon.remove();
      known.remove(timer);
      if (mine.test(timer.execution())) {
        fired.put(timer, now);
        due.add(timer);
      }
    }
    return due;
  }
}
