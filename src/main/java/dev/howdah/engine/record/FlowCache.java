package dev.howdah.engine.record;

import dev.howdah.engine.flow.Flow;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The executions this node works on, the least recently used dropped first: what is dropped is read
 * from its rows again when something happens to it. Used by the recorder's thread only.
 */
final class FlowCache {
  /** A flow and the version of its row that it knows. */
  static final class Entry {
    final Flow flow;
    int version;

    /** The execution and the step that wait for this one; null when nobody does. */
    final Parent parent;

    Entry(Flow flow, int version, Parent parent) {
      this.flow = flow;
      this.version = version;
      this.parent = parent;
    }
  }

  /** The step of another execution that started an execution. */
  record Parent(String execution, String path) {}

  private final int most;
  private final Map<String, Entry> entries = new LinkedHashMap<>(1024, 0.75f, true);

  FlowCache(int most) {
    this.most = most;
  }

  Entry get(String execution) {
    return entries.get(execution);
  }

  void put(String execution, Entry entry) {
    entries.put(execution, entry);
    if (entries.size() > most) {
      var oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void remove(String execution) {
    entries.remove(execution);
  }

  void removeIf(Predicate<String> executions) {
    entries.keySet().removeIf(executions);
  }

  Iterable<Entry> all() {
    return entries.values();
  }

  void clear() {
    entries.clear();
  }
}
