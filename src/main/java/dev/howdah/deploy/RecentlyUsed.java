package dev.howdah.deploy;

import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps what was used most recently, up to a number. Thread-safe. */
final class RecentlyUsed<K, V> {
  private final Map<K, V> entries;

  RecentlyUsed(int most) {
    entries =
        new LinkedHashMap<>(64, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  synchronized V get(K key) {
    return entries.get(key);
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
  }
}
