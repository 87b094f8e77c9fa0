package dev.howdah.worker.wasm;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A bounded cache of what was made from modules, keyed by their hash; the least recently used goes
 * first. A hit takes no lock.
 */
final class ByHash<T> {
  private final int capacity;
  private final Function<WasmModule, T> maker;
  private final ConcurrentHashMap<String, Entry<T>> entries = new ConcurrentHashMap<>();

  /**
   * @param maker makes the value of a module; quick and without blocking, as other modules may have
   *     to wait for it
   */
  ByHash(int capacity, Function<WasmModule, T> maker) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a cache needs room for one module, not " + capacity);
    }
    this.capacity = capacity;
    this.maker = maker;
  }

  T get(WasmModule module) {
    Entry<T> entry = entries.get(module.sha256());
    if (entry == null) {
      entry = entries.computeIfAbsent(module.sha256(), hash -> new Entry<>(maker.apply(module)));
      evict(module.sha256());
    }
    entry.usedNanos = System.nanoTime();
    return entry.value;
  }

  int size() {
    return entries.size();
  }

  private void evict(String newest) {
    while (entries.size() > capacity) {
      long now = System.nanoTime();
      entries.entrySet().stream()
          .filter(e -> !e.getKey().equals(newest))
          .max(Comparator.comparingLong(e -> now - e.getValue().usedNanos))
          .map(Map.Entry::getKey)
          .ifPresent(entries::remove);
    }
  }

  private static final class Entry<T> {
    final T value;
    // racy on purpose: an approximate order is enough, and a volatile write per call is not free
    long usedNanos = System.nanoTime();

    Entry(T value) {
      this.value = value;
    }
  }
}
