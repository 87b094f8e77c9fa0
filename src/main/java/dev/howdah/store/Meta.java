package dev.howdah.store;

import java.util.Optional;

/** Single named values, such as this installation's id. Thread-safe. */
public final class Meta {
  private final Queries queries;

  Meta(Queries queries) {
    this.queries = queries;
  }

  /** The value of a key. */
  public Optional<String> get(String key) {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT value FROM meta WHERE key = :key")
                .bind("key", key)
                .map((row, context) -> row.getString(1))
                .findOne());
  }

  /** Sets the value of a key. */
  public void put(String key, String value) {
    queries.write(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO meta (key, value) VALUES (:key, :value)"
                        + " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
                .bind("key", key)
                .bind("value", value)
                .execute());
  }

  /** Sets the value of a key that has none, and gives the value that it has then. */
  public String putIfAbsent(String key, String value) {
    queries.write(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT DO NOTHING")
                .bind("key", key)
                .bind("value", value)
                .execute());
    return get(key).orElseThrow();
  }
}
