package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * One attempt of one step as stored. Execution, path and attempt identify it.
 *
 * @param execution the execution's id
 * @param path where in the design, with iteration and branch, such as {@code each[17]/fetch}
 * @param attempt counts the tries of the step, not negative
 * @param status how it ended, or that it waits
 * @param output JSON, or null
 * @param taken JSON list of the connections that carry a value on, or null for all
 * @param state JSON that the block needed to go on, such as the items of a split, or null; stays
 *     when the step settles
 * @param workerGroup where it ran, or null
 * @param node the process it ran in, or null
 * @param startedAt when it began
 * @param durationUs how long it took, in microseconds
 * @param error JSON of the fault, or null
 */
public record StepRow(
    String execution,
    String path,
    int attempt,
    StepStatus status,
    String output,
    String taken,
    String state,
    String workerGroup,
    String node,
    long startedAt,
    long durationUs,
    String error) {

  static final String COLUMNS =
      "execution, path, attempt, status, output, taken, state, worker_group, node, started_at,"
          + " duration_us, error";

  public StepRow {
    Objects.requireNonNull(execution, "execution");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(status, "status");
    if (attempt < 0 || durationUs < 0) {
      throw new IllegalArgumentException(
          "attempt and duration of " + execution + ":" + path + " must not be negative");
    }
  }

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static StepRow read(ResultSet row) throws SQLException {
    return new StepRow(
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        StepStatus.of(row.getString(4)),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getLong(10),
        row.getLong(11),
        row.getString(12));
  }
}
