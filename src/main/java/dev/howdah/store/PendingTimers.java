package dev.howdah.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The timers that a transaction sets and drops. The last word on a timer counts, so each is written
 * once, whatever the order and number of calls.
 */
final class PendingTimers {
  private final Set<String> cleared = new HashSet<>();

  /** By execution; a null row drops the timer. */
  private final Map<String, Map<Key, TimerRow>> changed = new HashMap<>();

  private record Key(String path, String kind) {}

  void set(TimerRow timer) {
    of(timer.execution()).put(new Key(timer.path(), timer.kind()), timer);
  }

  void drop(String execution, String path, String kind) {
    of(execution).put(new Key(path, kind), null);
  }

  void dropAll(String execution) {
    changed.remove(execution);
    cleared.add(execution);
  }

  void write(JournalStatements to) throws SQLException {
    for (String execution : cleared) {
      to.timerDropsOfExecution.add(execution);
    }
    for (var execution : changed.entrySet()) {
      for (var timer : execution.getValue().entrySet()) {
        TimerRow row = timer.getValue();
        if (row != null) {
          to.timers.add(row.execution(), row.path(), row.kind(), row.attempt(), row.dueAt());
        } else if (!cleared.contains(execution.getKey())) {
          to.timerDrops.add(execution.getKey(), timer.getKey().path(), timer.getKey().kind());
        }
      }
    }
    clear();
    to.timerDropsOfExecution.run();
    to.timerDrops.run();
    to.timers.run();
  }

  void clear() {
    cleared.clear();
    changed.clear();
  }

  private Map<Key, TimerRow> of(String execution) {
    return changed.computeIfAbsent(execution, id -> new HashMap<>());
  }
}
