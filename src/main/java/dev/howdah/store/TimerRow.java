package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Something that is due at a time: a retry, the end of a sleep, a deadline.
 *
 * @param execution the execution's id
 * @param path the step it belongs to; the empty text for the execution itself
 * @param kind what is due; a step has at most one timer of a kind
 * @param attempt the attempt it was set by
 * @param dueAt when
 */
public record TimerRow(String execution, String path, String kind, int attempt, long dueAt) {

  static final String COLUMNS = "execution, path, kind, attempt, due_at";

  public TimerRow {
    Objects.requireNonNull(execution, "execution");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(kind, "kind");
  }

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static TimerRow read(ResultSet row) throws SQLException {
    return new TimerRow(
        row.getString(1), row.getString(2), row.getString(3), row.getInt(4), row.getLong(5));
  }
}
