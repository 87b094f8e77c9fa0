package dev.howdah.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The modules by the hash of their content, and names for them. Thread-safe. */
public final class Modules {
  private final Queries queries;

  Modules(Queries queries) {
    this.queries = queries;
  }

  /** Stores a module and returns its hash: SHA-256 in lower-case hex. Storing it again is free. */
  public String put(byte[] content) {
    String hash = hash(content);
    queries.write(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO module (hash, size, content) VALUES (:hash, :size, :content)"
                        + " ON CONFLICT DO NOTHING")
                .bind("hash", hash)
                .bind("size", (long) content.length)
                .bind("content", content)
                .execute());
    return hash;
  }

  /** The content of a module. */
  public Optional<byte[]> get(String hash) {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT content FROM module WHERE hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> row.getBytes(1))
                .findOne());
  }

  /** Gives a name to a module that is stored, or gives the name to another one. */
  public void name(String name, String hash, long updatedAt) {
    queries.write(
        handle ->
            handle
                .createUpdate(
                    "INSERT INTO module_name (name, hash, updated_at) VALUES (:name, :hash, :at)"
                        + " ON CONFLICT (name) DO UPDATE SET hash = excluded.hash,"
                        + " updated_at = excluded.updated_at")
                .bind("name", name)
                .bind("hash", hash)
                .bind("at", updatedAt)
                .execute());
  }

  /** The hash that a name stands for now. */
  public Optional<String> hashOf(String name) {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT hash FROM module_name WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> row.getString(1))
                .findOne());
  }

  /** All names and the hashes they stand for, in the order of names. */
  public Map<String, String> names() {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT name, hash FROM module_name")
                .reduceRows(
                    new TreeMap<String, String>(),
                    (names, row) -> {
                      names.put(
                          row.getColumn("name", String.class), row.getColumn("hash", String.class));
                      return names;
                    }));
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
