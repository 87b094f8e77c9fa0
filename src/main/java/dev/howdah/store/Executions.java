package dev.howdah.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The executions and their steps, to read; the {@link Journal} writes them. Thread-safe. */
public final class Executions {
  private static final String SELECT = "SELECT " + ExecutionRow.COLUMNS + " FROM execution ";

  private final Queries queries;

  Executions(Queries queries) {
    this.queries = queries;
  }

  /** One execution. */
  public Optional<ExecutionRow> byId(String id) {
    return queries.read(
        handle -> one(handle.createQuery(SELECT + "WHERE id = :id").bind("id", id)));
  }

  /** The execution that holds a deployment's idempotency key. */
  public Optional<ExecutionRow> byKey(String deploymentId, String key) {
    return queries.read(
        handle ->
            one(
                handle
                    .createQuery(
                        SELECT + "WHERE deployment_id = :deployment AND idempotency_key = :key")
                    .bind("deployment", deploymentId)
                    .bind("key", key)));
  }

  /** The steps of an execution, by path and attempt. */
  public List<StepRow> steps(String executionId) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + StepRow.COLUMNS
                        + " FROM step WHERE execution = :id ORDER BY path, attempt")
                .bind("id", executionId)
                .map((row, context) -> StepRow.read(row))
                .list());
  }

  /** A page of history, newest first. */
  public List<ExecutionRow> history(HistoryQuery query) {
    return queries.read(handle -> many(history(handle, query)));
  }

  private static Query history(Handle handle, HistoryQuery query) {
    StringBuilder sql = new StringBuilder(SELECT).append("WHERE 1 = 1");
    query.deploymentId().ifPresent(id -> sql.append(" AND deployment_id = :deployment"));
    query.designId().ifPresent(id -> sql.append(" AND design_id = :design"));
    query.before().ifPresent(id -> sql.append(" AND id < :before"));
    query.status().ifPresent(status -> sql.append(condition(status)));
    Query statement = handle.createQuery(sql.append(" ORDER BY id DESC LIMIT :limit").toString());
    query.deploymentId().ifPresent(id -> statement.bind("deployment", id));
    query.designId().ifPresent(id -> statement.bind("design", id));
    query.before().ifPresent(id -> statement.bind("before", id));
    return statement.bind("limit", query.limit());
  }

  /** Literals, word by word those of the partial indexes: SQLite uses these for no other text. */
  private static String condition(ExecutionStatus status) {
    return switch (status) {
      case RUNNING, COMPLETED -> " AND status = '" + status.label() + "'";
      case FAILED, CANCELLED ->
          " AND status IN ('failed', 'cancelled') AND status = '" + status.label() + "'";
    };
  }

  /**
   * Running executions, oldest first.
   *
   * @param after the last id of the page before, or the empty text for the first page
   */
  public List<ExecutionRow> openAfter(String after, int limit) {
    return queries.read(
        handle ->
            many(
                handle
                    .createQuery(
                        SELECT
                            + "WHERE status = 'running' AND id > :after ORDER BY id LIMIT :limit")
                    .bind("after", after)
                    .bind("limit", limit)));
  }

  /**
   * A running execution.
   *
   * @param plan {@code design@revision}
   */
  public record Open(String id, String plan) {}

  /** As {@link #openAfter}, but no more than is needed to tell whose they are. */
  public List<Open> openIdsAfter(String after, int limit) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "SELECT id, design_id, revision FROM execution"
                        + " WHERE status = 'running' AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Open(row.getString(1), row.getString(2) + "@" + row.getInt(3)))
                .list());
  }

  /**
   * Those of some executions that have ended, in any order.
   *
   * @param ids at most some hundreds
   */
  public List<ExecutionRow> ended(Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    return queries.read(
        handle ->
            many(
                handle
                    .createQuery(SELECT + "WHERE id IN (<ids>) AND status <> 'running'")
                    .bindList("ids", List.copyOf(ids))));
  }

  /** The executions that an execution has started as its blocks, oldest first. */
  public List<ExecutionRow> children(String parentExecution) {
    return queries.read(
        handle ->
            many(
                handle
                    .createQuery(SELECT + "WHERE parent_execution = :parent ORDER BY id")
                    .bind("parent", parentExecution)));
  }

  /**
   * How an execution stands together with all that have taken over steps of it, and of those.
   *
   * @param running whether any of them runs
   * @param lastEnd when the last of them ended, in epoch milliseconds; 0 while none has
   */
  public record Line(boolean running, long lastEnd) {}

  /** The line of an execution; empty when it is not known. */
  public Optional<Line> line(String id) {
    return queries.read(
        handle ->
            handle
                .createQuery(
                    "WITH RECURSIVE line (id, completed_at) AS ("
                        + "SELECT id, completed_at FROM execution WHERE id = :id"
                        + " UNION SELECT later.id, later.completed_at FROM execution later"
                        + " JOIN line ON later.rerun_of = line.id"
                        + " WHERE later.rerun_of IS NOT NULL AND later.lineage IS NOT NULL)"
                        + " SELECT COUNT(*), COUNT(completed_at), MAX(completed_at) FROM line")
                .bind("id", id)
                .map(
                    (row, context) ->
                        row.getInt(1) == 0
                            ? Optional.<Line>empty()
                            : Optional.of(new Line(row.getInt(2) < row.getInt(1), row.getLong(3))))
                .one());
  }

  private static Optional<ExecutionRow> one(Query query) {
    return query.map((row, context) -> ExecutionRow.read(row)).findOne();
  }

  private static List<ExecutionRow> many(Query query) {
    return query.map((row, context) -> ExecutionRow.read(row)).list();
  }
}
