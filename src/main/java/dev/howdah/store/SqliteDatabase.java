package dev.howdah.store;

import com.zaxxer.hikari.HikariConfig;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** SQLite with a write-ahead log, in a directory that this process has claimed. */
final class SqliteDatabase implements Database {
  private static final String FILE = "howdah.db";
  private static final int WRITER_CACHE_KIB = 32_000;
  private static final int READER_CACHE_KIB = 8_000;
  private static final int READERS = 4;

  /** Only a tool from outside can hold the file; it gets this long to let go. */
  private static final int BUSY_MS = 5_000;

  /** SQLite's own checkpoint, in the writer: the bound when the checkpoint thread falls behind. */
  private static final String AUTOCHECKPOINT = "PRAGMA wal_autocheckpoint=4000";

  private final DirectoryLock lock;
  private final Path directory;
  private final StoreSettings.Synchronous synchronous;
  private final Checkpointer checkpointer;
  private final WriteTurn turn;

  private SqliteDatabase(DirectoryLock lock, StoreSettings.Sqlite settings) throws SQLException {
    this.lock = lock;
    this.directory = settings.directory();
    this.synchronous = settings.synchronous();
    this.checkpointer = Checkpointer.start(connect());
    this.turn = new Turn(checkpointer);
  }

  static SqliteDatabase open(StoreSettings.Sqlite settings) {
    DirectoryLock lock = DirectoryLock.claim(settings.directory());
    SqliteLibrary.unpackTo(settings.directory());
    try {
      return new SqliteDatabase(lock, settings);
    } catch (SQLException e) {
      lock.close();
      throw Fault.rejected(
              "store.directory",
              Blame.ENGINE,
              "The database in "
                  + settings.directory()
                  + " does not open: "
                  + e.getMessage()
                  + ". Check its owner and rights, or restore it.")
          .toException();
    }
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = source(WRITER_CACHE_KIB).getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute(AUTOCHECKPOINT);
    }
    return connection;
  }

  @Override
  public DataSource source() {
    return source(READER_CACHE_KIB);
  }

  @Override
  public HikariConfig pool() {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(source());
    pool.setConnectionInitSql(AUTOCHECKPOINT);
    pool.setMaximumPoolSize(READERS);
    return pool;
  }

  @Override
  public Map<String, String> placeholders() {
    return Map.of("text", "TEXT", "bytes", "BLOB", "clustered", "WITHOUT ROWID");
  }

  @Override
  public WriteTurn turn() {
    return turn;
  }

  @Override
  public void close() {
    checkpointer.close();
    lock.close();
  }

  private DataSource source(int cacheKib) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.valueOf(synchronous.name()));
    config.setCacheSize(-cacheKib);
    config.setBusyTimeout(BUSY_MS);
    config.setGetGeneratedKeys(false);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + directory.resolve(FILE));
    return source;
  }

  private static final class Turn implements WriteTurn {
    private final Semaphore only = new Semaphore(1, true);
    private final Checkpointer checkpointer;

    Turn(Checkpointer checkpointer) {
      this.checkpointer = checkpointer;
    }

    @Override
    public void take() {
      only.acquireUninterruptibly();
    }

    @Override
    public void give() {
      checkpointer.written();
      only.release();
    }
  }
}
