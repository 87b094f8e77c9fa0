package dev.howdah.engine.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The executions that were cancelled last, so that what was sent of them before does not run any
 * more. Thread-safe.
 */
final class RecentCancels {
  private final Set<String> executions;

  /**
   * @param most how many are remembered; the oldest go
   */
  RecentCancels(int most) {
    executions =
        Collections.synchronizedSet(
            Collections.newSetFromMap(
                new LinkedHashMap<>() {
                  @Override
                  protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > most;
                  }
                }));
  }

  void add(String execution) {
    executions.add(execution);
  }

  boolean contains(String execution) {
    return executions.contains(execution);
  }
}
