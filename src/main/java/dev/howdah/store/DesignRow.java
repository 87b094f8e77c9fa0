package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * One revision of a design as stored; it never changes.
 *
 * @param id the design's id
 * @param revision counts from 1
 * @param name for people
 * @param document the text as it was authored
 * @param modules JSON object from module name to hash, as they were when it was saved
 * @param createdAt when it was saved
 */
public record DesignRow(
    String id, int revision, String name, String document, String modules, long createdAt) {

  static final String COLUMNS = "id, revision, name, document, modules, created_at";

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static DesignRow read(ResultSet row) throws SQLException {
    return new DesignRow(
        row.getString(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6));
  }
}
