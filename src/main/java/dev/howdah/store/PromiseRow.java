package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * A named value that is settled later. Times are in epoch milliseconds.
 *
 * @param id chosen by whoever creates it
 * @param execution the execution that created it; null for one created from outside
 * @param path the step that created it; null likewise
 * @param value JSON of what it was settled with; null while it is pending
 * @param title for people; null when there is none
 * @param jsonSchema what a value must look like; null for anything
 * @param dueAt when it times out; null for never
 * @param settledAt null while it is pending
 */
public record PromiseRow(
    String id,
    String execution,
    String path,
    PromiseStatus status,
    String value,
    String title,
    String jsonSchema,
    long createdAt,
    Long dueAt,
    Long settledAt) {

  static final String COLUMNS =
      "id, execution, path, status, value, title, json_schema, created_at, due_at, settled_at";

  public PromiseRow {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(status, "status");
  }

  /** As it stands at a time: a promise whose time is up is timed out, whether or not it says so. */
  public PromiseRow at(long now) {
    boolean late = status == PromiseStatus.PENDING && dueAt != null && dueAt <= now;
    return late ? settled(PromiseStatus.REJECTED_TIMEDOUT, null, dueAt) : this;
  }

  /** The same, settled. */
  public PromiseRow settled(PromiseStatus how, String with, long when) {
    return new PromiseRow(
        id, execution, path, how, with, title, jsonSchema, createdAt, dueAt, when);
  }

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static PromiseRow read(ResultSet row) throws SQLException {
    return new PromiseRow(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        PromiseStatus.of(row.getString(4)),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getLong(8),
        row.getObject(9) == null ? null : row.getLong(9),
        row.getObject(10) == null ? null : row.getLong(10));
  }
}
