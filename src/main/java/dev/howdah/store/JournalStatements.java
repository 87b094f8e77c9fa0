package dev.howdah.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The journal's connection and everything prepared on it; thrown away whole when it breaks. */
final class JournalStatements implements AutoCloseable {
  final Connection connection;
  final Batch accepts;
  final Batch steps;
  final Batch finishes;
  final Batch timerDrops;
  final Batch timerDropsOfExecution;
  final Batch timers;
  final Batch counts;
  final PreparedStatement advance;
  final PreparedStatement byKey;
  final PreparedStatement execution;
  final PreparedStatement stepsOf;
  final PreparedStatement waiting;
  final PreparedStatement timersOf;

  JournalStatements(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    accepts =
        batch(
            "INSERT INTO execution ("
                + ExecutionRow.COLUMNS
                + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING");
    steps =
        batch(
            "INSERT INTO step ("
                + StepRow.COLUMNS
                + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
                + " ON CONFLICT (execution, path, attempt) DO UPDATE SET status=excluded.status,"
                + " output=excluded.output, taken=excluded.taken,"
                + " state=COALESCE(excluded.state, step.state),"
                + " worker_group=excluded.worker_group, node=excluded.node,"
                + " started_at=excluded.started_at, duration_us=excluded.duration_us,"
                + " error=excluded.error WHERE step.status='waiting'");
    finishes =
        batch(
            "UPDATE execution SET status=?, result=?, error=?, completed_at=?, version=version+1"
                + " WHERE id=? AND status='running'");
    timerDrops = batch("DELETE FROM timer WHERE execution=? AND path=? AND kind=?");
    timerDropsOfExecution = batch("DELETE FROM timer WHERE execution=?");
    timers =
        batch(
            "INSERT INTO timer ("
                + TimerRow.COLUMNS
                + ") VALUES (?,?,?,?,?) ON CONFLICT (execution, path, kind)"
                + " DO UPDATE SET attempt=excluded.attempt, due_at=excluded.due_at");
    counts =
        batch(
            "UPDATE deployment SET execution_count=execution_count+?, last_execution_at="
                + "CASE WHEN last_execution_at>=? THEN last_execution_at ELSE ? END WHERE id=?");
    advance =
        connection.prepareStatement(
            "UPDATE execution SET version=version+1 WHERE id=? AND version=?");
    byKey =
        connection.prepareStatement(
            "SELECT id FROM execution WHERE deployment_id=? AND idempotency_key=?");
    execution =
        connection.prepareStatement(
            "SELECT " + ExecutionRow.COLUMNS + " FROM execution WHERE id=?");
    timersOf =
        connection.prepareStatement(
            "SELECT " + TimerRow.COLUMNS + " FROM timer WHERE execution = ?");
    waiting =
        connection.prepareStatement(
            "SELECT 1 FROM step JOIN execution ON id=execution WHERE execution=? AND path=?"
                + " AND step.status='waiting' AND execution.status='running'");
    stepsOf =
        connection.prepareStatement(
            "SELECT " + StepRow.COLUMNS + " FROM step WHERE execution=? ORDER BY path, attempt");
  }

  private Batch batch(String sql) throws SQLException {
    return new Batch(connection.prepareStatement(sql));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
