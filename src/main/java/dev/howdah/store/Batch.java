package dev.howdah.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;

/** Rows that wait for one trip to the database through one statement. */
final class Batch {
  private static final int[] NOTHING = {};

  private final PreparedStatement statement;
  private int size;

  Batch(PreparedStatement statement) {
    this.statement = statement;
  }

  /**
   * Adds a row; values are texts, integers, longs, or null.
   *
   * @param values in the order of the statement's placeholders
   */
  void add(Object... values) throws SQLException {
    bind(statement, values);
    statement.addBatch();
    size++;
  }

  /** Sends what has been added and returns the number of rows each changed. */
  int[] run() throws SQLException {
    if (size == 0) {
      return NOTHING;
    }
    size = 0;
    return statement.executeBatch();
  }

  static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value instanceof String text) {
        statement.setString(i + 1, text);
      } else if (value instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (value instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else {
        statement.setNull(i + 1, Types.NULL);
      }
    }
  }
}
