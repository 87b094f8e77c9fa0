package dev.howdah.store;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.statement.Update;

/** The deployments. Thread-safe. */
public final class Deployments {
  private static final int FETCH = 500;

  private final Queries queries;

  Deployments(Queries queries) {
    this.queries = queries;
  }

  /** A text that is another one whenever a deployment was made, changed or deleted. */
  public String fingerprint() {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT COUNT(*) || ' ' || COALESCE(SUM(updated_at), 0)"
                        + " || ' ' || COALESCE(MAX(id), '') FROM deployment")
                .mapTo(String.class)
                .one());
  }

  /**
   * Stores a new deployment.
   *
   * @throws FaultException {@code deployment.path-taken} when another one has its endpoint path
   */
  public void insert(DeploymentRow row) {
    int inserted =
        queries.write(
            handle ->
                handle
                    .createUpdate(
                        "INSERT INTO deployment ("
                            + DeploymentRow.COLUMNS
                            + ") VALUES (:id, :design, :revision, :name, :path, :status, :schedule,"
                            + " :created, :updated, :last, :count)"
                            + " ON CONFLICT (endpoint_path) DO NOTHING")
                    .bind("id", row.id())
                    .bind("design", row.designId())
                    .bind("revision", row.revision())
                    .bind("name", row.designName())
                    .bind("path", row.endpointPath())
                    .bind("status", row.status().label())
                    .bind("schedule", row.schedule())
                    .bind("created", row.createdAt())
                    .bind("updated", row.updatedAt())
                    .bind("last", row.lastExecutionAt())
                    .bind("count", row.executionCount())
                    .execute());
    if (inserted == 0) {
      throw Fault.rejected(
              "deployment.path-taken",
              Blame.CALLER,
              "The endpoint path "
                  + row.endpointPath()
                  + " belongs to another deployment. Choose another path, or delete that one.")
          .toException();
    }
  }

  /** Switches a deployment; false when there is none with this id. */
  public boolean status(String id, DeploymentStatus status, long updatedAt) {
    return update(id, "status = :status", updatedAt, u -> u.bind("status", status.label()));
  }

  /**
   * Changes the schedule of a deployment; false when there is none with this id.
   *
   * @param schedule JSON, or null for none
   */
  public boolean schedule(String id, String schedule, long updatedAt) {
    return update(id, "schedule = :schedule", updatedAt, u -> u.bind("schedule", schedule));
  }

  /** Moves a deployment to another revision of its design; false when there is none. */
  public boolean revision(String id, int revision, String designName, long updatedAt) {
    return update(
        id,
        "revision = :revision, design_name = :name",
        updatedAt,
        u -> u.bind("revision", revision).bind("name", designName));
  }

  /** Forgets a deployment, not its executions; false when there is none with this id. */
  public boolean delete(String id) {
    return queries.write(
        handle ->
            handle.createUpdate("DELETE FROM deployment WHERE id = :id").bind("id", id).execute()
                > 0);
  }

  /** One deployment. */
  public Optional<DeploymentRow> byId(String id) {
    return queries.read(
        handle ->
            handle
                .createQuery("SELECT " + DeploymentRow.COLUMNS + " FROM deployment WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> DeploymentRow.read(row))
                .findOne());
  }

  /** The deployment that is called at a path. */
  public Optional<DeploymentRow> byPath(String endpointPath) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT " + DeploymentRow.COLUMNS + " FROM deployment WHERE endpoint_path = :p")
                .bind("p", endpointPath)
                .map((row, context) -> DeploymentRow.read(row))
                .findOne());
  }

  /**
   * Deployments in the order of ids.
   *
   * @param after the last id of the page before, or the empty text for the first page
   */
  public List<DeploymentRow> list(String after, int limit) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + DeploymentRow.COLUMNS
                        + " FROM deployment WHERE id > :after ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> DeploymentRow.read(row))
                .list());
  }

  /** Hands every deployment to the consumer, on the caller's thread, without holding them all. */
  public void all(Consumer<DeploymentRow> consumer) {
    queries.stream(
        handle -> {
          handle
              .createQuery("SELECT " + DeploymentRow.COLUMNS + " FROM deployment ORDER BY id")
              .setFetchSize(FETCH)
              .map((row, context) -> DeploymentRow.read(row))
              .forEach(consumer);
          return null;
        });
  }

  private boolean update(String id, String change, long updatedAt, Consumer<Update> values) {
    return queries.write(
        handle -> {
          Update update =
              handle
                  .createUpdate(
                      "UPDATE deployment SET " + change + ", updated_at = :at WHERE id = :id")
                  .bind("at", updatedAt)
                  .bind("id", id);
          values.accept(update);
          return update.execute() > 0;
        });
  }
}
