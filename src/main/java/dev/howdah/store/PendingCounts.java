package dev.howdah.store;

import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a transaction adds to the counters of deployments. In the order of ids, so that nodes which
 * count the same deployments at once wait for each other and never in a circle.
 */
final class PendingCounts {
  private final Map<String, Count> counts = new TreeMap<>();

  private record Count(int executions, long lastAt) {
    Count plus(Count other) {
      return new Count(executions + other.executions, Math.max(lastAt, other.lastAt));
    }
  }

  void add(String deployment, int executions, long lastAt) {
    counts.merge(deployment, new Count(executions, lastAt), Count::plus);
  }

  void write(JournalStatements to) throws SQLException {
    for (var entry : counts.entrySet()) {
      Count count = entry.getValue();
      to.counts.add(count.executions(), count.lastAt(), count.lastAt(), entry.getKey());
    }
    counts.clear();
    to.counts.run();
  }

  void clear() {
    counts.clear();
  }
}
