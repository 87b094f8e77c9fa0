package dev.howdah.store;

import dev.howdah.fault.FaultException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The engine's writer: everything an execution leaves behind goes through here, many executions to
 * a transaction. Used by exactly one thread, on a connection of its own, which it opens at the
 * first use and again after it broke.
 *
 * <p>Between {@link #begin} and {@link #commit} or {@link #rollback} nobody else writes (SQLite),
 * so gather first and begin then. Rows are sent in bulk and in a safe order: executions, steps,
 * ends, timers, counters.
 *
 * <p>Every method that touches the database throws {@code store.write}, {@code store.contended}
 * (two nodes wrote the same rows in opposite orders; nothing of this transaction is left) or {@code
 * store.read} as a {@link FaultException}. After it the caller must roll back; a retryable fault
 * means that the same calls may be made again. When {@code commit} itself fails, the outcome is
 * unknown: repeating the accepts, steps, ends and timers is harmless, since each leaves alone what
 * is there; counters may then count twice and a fence may find its own version taken.
 */
public final class Journal implements AutoCloseable {
  private final Database database;
  private final PendingTimers timers = new PendingTimers();
  private final PendingCounts counts = new PendingCounts();
  private final List<String> finishing = new ArrayList<>();
  private final List<String> alreadyFinished = new ArrayList<>();
  private final Ledger ledger = new Ledger(this);
  private JournalStatements statements;
  private boolean begun;
  private boolean failed;
  private int stepConflicts;

  Journal(Database database) {
    this.database = database;
  }

  /** Starts a transaction; waits for other writers of this process to end theirs. */
  public void begin() {
    if (begun) {
      throw new IllegalStateException("the journal's last transaction has not ended");
    }
    database.turn().take();
    begun = true;
  }

  /**
   * Records a new execution.
   *
   * @return false when nothing was recorded because its idempotency key is taken: then {@link
   *     #executionOf} names the execution that has it, which is this very one after a redelivery.
   *     An execution without a key gives true; when its id is there already the row stays as it is.
   */
  public boolean accept(ExecutionRow row) {
    requireBegun();
    try {
      statements()
          .accepts
          .add(
              row.id(),
              row.deploymentId(),
              row.designId(),
              row.revision(),
              row.status().label(),
              row.triggerType(),
              row.triggeredBy(),
              row.input(),
              row.result(),
              row.error(),
              row.idempotencyKey(),
              row.parentExecution(),
              row.parentPath(),
              row.startedAt(),
              row.completedAt(),
              row.deadlineAt(),
              row.version(),
              row.rerunOf(),
              row.storedLineage());
      if (row.idempotencyKey() == null) {
        return true;
      }
      int[] inserted = statements.accepts.run();
      return inserted[inserted.length - 1] == 1;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The execution that holds a deployment's idempotency key, also one of this transaction. */
  public Optional<String> executionOf(String deploymentId, String key) {
    return read(
        s -> {
          Batch.bind(s.byKey, deploymentId, key);
          try (ResultSet row = s.byKey.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
          }
        });
  }

  /** Records a step, or settles one that waits. A step that is neither new nor waiting stays. */
  public void step(StepRow row) {
    requireBegun();
    try {
      statements()
          .steps
          .add(
              row.execution(),
              row.path(),
              row.attempt(),
              row.status().label(),
              row.output(),
              row.taken(),
              row.state(),
              row.workerGroup(),
              row.node(),
              row.startedAt(),
              row.durationUs(),
              row.error());
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Ends an execution, unless it has ended.
   *
   * @param status anything but running
   * @param result JSON, or null
   * @param error JSON of the fault, or null
   */
  public void finish(
      String executionId, ExecutionStatus status, String result, String error, long completedAt) {
    requireBegun();
    if (status == ExecutionStatus.RUNNING) {
      throw new IllegalArgumentException("running is not an end: " + executionId);
    }
    try {
      statements().finishes.add(status.label(), result, error, completedAt, executionId);
      finishing.add(executionId);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Sets a timer, in place of the step's timer of the same kind. */
  public void timer(TimerRow row) {
    requireBegun();
    timers.set(row);
  }

  /** Drops one timer, if it is set. */
  public void dropTimer(String execution, String path, String kind) {
    requireBegun();
    timers.drop(execution, path, kind);
  }

  /** Drops all timers of an execution that were set up to now. */
  public void dropTimers(String execution) {
    requireBegun();
    timers.dropAll(execution);
  }

  /** Adds to a deployment's counters. */
  public void counted(String deploymentId, int executions, long lastAt) {
    requireBegun();
    counts.add(deploymentId, executions, lastAt);
  }

  /**
   * The fence of a shared store: claims the next decision on an execution. Ending an execution
   * claims one too.
   *
   * @param expectedVersion the version that the caller's knowledge of the execution is of
   * @return false when another node has decided since: what the caller knows is stale
   */
  public boolean advance(String executionId, int expectedVersion) {
    requireBegun();
    try {
      PreparedStatement advance = statements().advance;
      statements.accepts.run();
      Batch.bind(advance, executionId, expectedVersion);
      return advance.executeUpdate() == 1;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** An execution, with what this transaction has changed of it. */
  public Optional<ExecutionRow> execution(String id) {
    return read(
        s -> {
          Batch.bind(s.execution, id);
          try (ResultSet row = s.execution.executeQuery()) {
            return row.next() ? Optional.of(ExecutionRow.read(row)) : Optional.empty();
          }
        });
  }

  /** The timers of an execution, those of this transaction included. */
  public List<TimerRow> timers(String executionId) {
    return read(
        s -> {
          timers.write(s);
          Batch.bind(s.timersOf, executionId);
          List<TimerRow> found = new ArrayList<>();
          try (ResultSet rows = s.timersOf.executeQuery()) {
            while (rows.next()) {
              found.add(TimerRow.read(rows));
            }
          }
          return found;
        });
  }

  /** The steps of an execution by path and attempt, with those of this transaction. */
  public List<StepRow> steps(String executionId) {
    return read(
        s -> {
          Batch.bind(s.stepsOf, executionId);
          List<StepRow> steps = new ArrayList<>();
          try (ResultSet rows = s.stepsOf.executeQuery()) {
            while (rows.next()) {
              steps.add(StepRow.read(rows));
            }
          }
          return steps;
        });
  }

  /** Whether a step of a running execution waits, with what this transaction has changed. */
  public boolean isWaiting(String executionId, String path) {
    return read(
        s -> {
          Batch.bind(s.waiting, executionId, path);
          try (ResultSet row = s.waiting.executeQuery()) {
            return row.next();
          }
        });
  }

  /** Ends the transaction. When it returns, everything recorded is as safe as the store is set. */
  public CommitResult commit() {
    requireBegun();
    try {
      flush();
      timers.write(statements);
      counts.write(statements);
      statements.connection.commit();
    } catch (SQLException e) {
      throw failed(e);
    }
    CommitResult result = new CommitResult(stepConflicts, alreadyFinished);
    end();
    return result;
  }

  /** Takes everything back since {@link #begin}. Does nothing when no transaction is under way. */
  public void rollback() {
    if (begun) {
      // A connection that failed once is not worth reasoning about; opening one is cheap.
      discard();
      end();
    }
  }

  /** Rolls back and closes the connection. Called by {@link Store#close}. */
  @Override
  public void close() {
    rollback();
    discard();
  }

  /** What executions share, in this journal's transactions. */
  public Ledger ledger() {
    return ledger;
  }

  /** Some statements on the journal's connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  <T> T write(Work<T> work) {
    requireBegun();
    try {
      return work.on(statements().connection);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private interface Read<T> {
    T from(JournalStatements statements) throws SQLException;
  }

  private <T> T read(Read<T> work) {
    try {
      JournalStatements open = statements();
      if (begun) {
        flush();
        return work.from(open);
      }
      T value = work.from(open);
      // Ends the snapshot: one that stays open shows old rows and holds back checkpoints.
      open.connection.commit();
      return value;
    } catch (SQLException e) {
      if (begun) {
        failed = true;
      } else {
        discard();
      }
      throw SqlFaults.read(database, e);
    }
  }

  private void flush() throws SQLException {
    JournalStatements open = statements();
    open.accepts.run();
    for (int changed : open.steps.run()) {
      stepConflicts += changed == 0 ? 1 : 0;
    }
    int[] finished = open.finishes.run();
    for (int i = 0; i < finished.length; i++) {
      if (finished[i] == 0) {
        alreadyFinished.add(finishing.get(i));
      }
    }
    finishing.clear();
  }

  private JournalStatements statements() throws SQLException {
    if (statements == null) {
      statements = new JournalStatements(database.connect());
    }
    return statements;
  }

  private void discard() {
    if (statements != null) {
      try {
        statements.close();
      } catch (SQLException e) {
        // Nothing of it is used again, and the transaction dies with the connection.
      }
      statements = null;
    }
  }

  private void end() {
    timers.clear();
    counts.clear();
    finishing.clear();
    alreadyFinished.clear();
    stepConflicts = 0;
    begun = false;
    failed = false;
    database.turn().give();
  }

  private void requireBegun() {
    if (!begun) {
      throw new IllegalStateException("the journal writes between begin and commit");
    }
    if (failed) {
      throw new IllegalStateException("the journal's transaction failed and must be rolled back");
    }
  }

  /** From here on only rolling back is possible: some rows may be lost, so none may stay. */
  private FaultException failed(SQLException e) {
    failed = true;
    return SqlFaults.write(database, e);
  }
}
