package dev.howdah.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what SQLite has logged into the database file, away from the writer's thread: at most every
 * 100 ms, and only after something was written. SQLite's own checkpoint, in the writer, stays on as
 * a bound for the log when this one cannot keep up.
 */
final class Checkpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final long PAUSE_MS = 100;

  private final Connection connection;
  private final AtomicBoolean written = new AtomicBoolean();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "howdah-store-checkpoint");

  /** Starts at once; owns the connection from here on. */
  static Checkpointer start(Connection connection) {
    Checkpointer checkpointer = new Checkpointer(connection);
    checkpointer.thread.setDaemon(true);
    checkpointer.thread.start();
    return checkpointer;
  }

  private Checkpointer(Connection connection) {
    this.connection = connection;
  }

  /** Tells that a transaction has ended, from any thread. */
  void written() {
    written.setRelease(true);
  }

  private void run() {
    try {
      while (!closing.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        if (written.getAndSet(false)) {
          checkpoint();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkpoint() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException e) {
      LOG.warn("The database log was not moved into its file; it grows until this works again", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("The checkpoint connection did not close", e);
    }
  }
}
