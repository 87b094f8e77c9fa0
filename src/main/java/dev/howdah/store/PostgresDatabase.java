package dev.howdah.store;

import com.zaxxer.hikari.HikariConfig;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL database that other engine nodes may write too. */
final class PostgresDatabase implements Database {
  private static final int CONNECT_SECONDS = 3;

  /** Longer than any statement here takes; a server that vanished is noticed after it. */
  private static final int ANSWER_SECONDS = 60;

  private static final int READERS = 8;

  private final StoreSettings.Postgres settings;
  private final PGSimpleDataSource source = new PGSimpleDataSource();

  private PostgresDatabase(StoreSettings.Postgres settings) {
    this.settings = settings;
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(ANSWER_SECONDS);
    source.setTcpKeepAlive(true);
    source.setApplicationName("howdah");
    source.setUrl(settings.url());
    source.setUser(settings.user());
    source.setPassword(settings.password());
  }

  static PostgresDatabase open(StoreSettings.Postgres settings) {
    PostgresDatabase database = new PostgresDatabase(settings);
    try (Connection connection = database.connect()) {
      return database;
    } catch (SQLException e) {
      throw unreachable(settings, e);
    }
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public String place() {
    return settings.place();
  }

  @Override
  public Connection connect() throws SQLException {
    return source.getConnection();
  }

  @Override
  public DataSource source() {
    return source;
  }

  @Override
  public HikariConfig pool() {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(source);
    pool.setMaximumPoolSize(READERS);
    return pool;
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("text", "TEXT COLLATE \"C\"", "bytes", "BYTEA", "clustered", "");
  }

  @Override
  public WriteTurn turn() {
    return WriteTurn.FREE;
  }

  @Override
  public void close() {}

  private static FaultException unreachable(StoreSettings.Postgres settings, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    boolean answered = state.startsWith("28") || state.startsWith("3D");
    String place = settings.place();
    if (answered) {
      return Fault.rejected(
              "store.denied",
              Blame.ENGINE,
              "PostgreSQL at "
                  + place
                  + " refuses user "
                  + settings.user()
                  + ": "
                  + e.getMessage()
                  + ". Correct the database's address, user or password.")
          .toException();
    }
    return Fault.retryable(
            "store.unreachable",
            Blame.ENGINE,
            "PostgreSQL at "
                + place
                + " does not answer: "
                + e.getMessage()
                + ". Start it, or correct the database's address.")
        .toException();
  }
}
