package dev.howdah.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * One deployment as stored.
 *
 * @param id unique
 * @param designId the design that is deployed
 * @param revision its revision
 * @param designName its name, kept here so that a list needs one table
 * @param endpointPath where it is called; unique
 * @param status whether it takes executions
 * @param schedule JSON, or null when nothing is scheduled
 * @param createdAt when it was deployed
 * @param updatedAt when it was last changed by a person
 * @param lastExecutionAt when its last execution was accepted, or null
 * @param executionCount how many executions it has had
 */
public record DeploymentRow(
    String id,
    String designId,
    int revision,
    String designName,
    String endpointPath,
    DeploymentStatus status,
    String schedule,
    long createdAt,
    long updatedAt,
    Long lastExecutionAt,
    long executionCount) {

  static final String COLUMNS =
      "id, design_id, revision, design_name, endpoint_path, status, schedule, created_at,"
          + " updated_at, last_execution_at, execution_count";

  public DeploymentRow {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(designId, "designId");
    Objects.requireNonNull(designName, "designName");
    Objects.requireNonNull(endpointPath, "endpointPath");
    Objects.requireNonNull(status, "status");
  }

  /** Reads the row that the result set stands on; its columns are {@link #COLUMNS}. */
  static DeploymentRow read(ResultSet row) throws SQLException {
    long last = row.getLong(10);
    Long lastExecutionAt = row.wasNull() ? null : last;
    return new DeploymentRow(
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        row.getString(4),
        row.getString(5),
        DeploymentStatus.of(row.getString(6)),
        row.getString(7),
        row.getLong(8),
        row.getLong(9),
        lastExecutionAt,
        row.getLong(11));
  }
}
