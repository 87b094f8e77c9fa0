package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * One execution as stored.
 *
 * @param id unique; ids given later sort behind earlier ones
 * @param deploymentId the deployment that was called, or null when a design ran without one
 * @param designId the design that runs
 * @param revision the design's revision
 * @param status how far it is
 * @param triggerType what kind of trigger started it
 * @param triggeredBy who or what that was
 * @param input JSON
 * @param result JSON, or null until it has completed
 * @param error JSON of the fault, or null
 * @param idempotencyKey the caller's key, unique in the deployment, or null
 * @param parentExecution the execution that started this one as a block, or null
 * @param parentPath the path of that block; null exactly when there is no parent
 * @param startedAt when it was accepted
 * @param completedAt when it ended; null exactly while it is running
 * @param deadlineAt when it fails if it still runs, or null
 * @param version counts the decisions of engine nodes on it, see {@link Journal#advance}
 * @param rerunOf the execution that this one runs again, or null
 * @param lineage the executions whose steps it has taken over, the nearest first; empty for one
 *     that runs every step itself
 */
public record ExecutionRow(
    String id,
    String deploymentId,
    String designId,
    int revision,
    ExecutionStatus status,
    String triggerType,
    String triggeredBy,
    String input,
    String result,
    String error,
    String idempotencyKey,
    String parentExecution,
    String parentPath,
    long startedAt,
    Long completedAt,
    Long deadlineAt,
    int version,
    String rerunOf,
    List<String> lineage) {

  static final String COLUMNS =
      "id, deployment_id, design_id, revision, status, trigger_type, triggered_by, input, result,"
          + " error, idempotency_key, parent_execution, parent_path, started_at, completed_at,"
          + " deadline_at, version, rerun_of, lineage";

  /** One that is no rerun. */
  public ExecutionRow(
      String id,
      String deploymentId,
      String designId,
      int revision,
      ExecutionStatus status,
      String triggerType,
      String triggeredBy,
      String input,
      String result,
      String error,
      String idempotencyKey,
      String parentExecution,
      String parentPath,
      long startedAt,
      Long completedAt,
      Long deadlineAt,
      int version) {
    this(
        id,
        deploymentId,
        designId,
        revision,
        status,
        triggerType,
        triggeredBy,
        input,
        result,
        error,
        idempotencyKey,
        parentExecution,
        parentPath,
        startedAt,
        completedAt,
        deadlineAt,
        version,
        null,
        List.of());
  }

  public ExecutionRow {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(designId, "designId");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(triggerType, "triggerType");
    Objects.requireNonNull(triggeredBy, "triggeredBy");
    Objects.requireNonNull(input, "input");
    lineage = List.copyOf(lineage);
    if (idempotencyKey != null && deploymentId == null) {
      throw new IllegalArgumentException("an idempotency key needs a deployment: " + id);
    }
    if ((parentExecution == null) != (parentPath == null)) {
      throw new IllegalArgumentException("a parent is an execution and a path: " + id);
    }
    if ((completedAt == null) != (status == ExecutionStatus.RUNNING)) {
      throw new IllegalArgumentException("an execution has an end unless it is running: " + id);
    }
  }

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static ExecutionRow read(ResultSet row) throws SQLException {
    return new ExecutionRow(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        ExecutionStatus.of(row.getString(5)),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getString(11),
        row.getString(12),
        row.getString(13),
        row.getLong(14),
        time(row, 15),
        time(row, 16),
        row.getInt(17),
        row.getString(18),
        lineage(row.getString(19)));
  }

  private static List<String> lineage(String stored) {
    return stored == null ? List.of() : List.of(stored.split(" "));
  }

  /** The lineage as it is stored. */
  String storedLineage() {
    return lineage.isEmpty() ? null : String.join(" ", lineage);
  }

  private static Long time(ResultSet row, int column) throws SQLException {
    long time = row.getLong(column);
    return row.wasNull() ? null : time;
  }
}
