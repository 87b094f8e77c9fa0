package dev.howdah.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Runs the statements of everybody but the journal, on pooled connections. Thread-safe. */
final class Queries implements AutoCloseable {
  private static final long WAIT_FOR_CONNECTION_MS = 10_000;

  private final Database database;
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  Queries(Database database) {
    this.database = database;
    var settings = database.pool();
    settings.setPoolName("howdah-store");
    settings.setMinimumIdle(1);
    // Opening has just proved that the database answers; the pool fills in the background.
    settings.setInitializationFailTimeout(-1);
    settings.setConnectionTimeout(WAIT_FOR_CONNECTION_MS);
    this.pool = new HikariDataSource(settings);
    this.jdbi = Jdbi.create(pool);
  }

  /** Reads; a failure is the fault {@code store.read}. */
  <T> T read(Function<Handle, T> work) {
    try {
      return jdbi.withHandle(work::apply);
    } catch (JdbiException e) {
      throw SqlFaults.read(database, e.getCause() == null ? e : e.getCause());
    }
  }

  /** Reads in one transaction, which PostgreSQL needs to hand out rows as they are wanted. */
  <T> T stream(Function<Handle, T> work) {
    try {
      return jdbi.inTransaction(work::apply);
    } catch (JdbiException e) {
      throw SqlFaults.read(database, e.getCause() == null ? e : e.getCause());
    }
  }

  /** Writes with one statement, which is a transaction; a failure is {@code store.write}. */
  <T> T write(Function<Handle, T> statement) {
    database.turn().take();
    try {
      return jdbi.withHandle(statement::apply);
    } catch (JdbiException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw SqlFaults.write(database, cause);
      }
      throw e;
    } finally {
      database.turn().give();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
