package dev.howdah.store;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Where the database is: a directory of this machine, or a PostgreSQL server. */
public sealed interface StoreSettings {

  /** Applies the function that belongs to this kind of database. */
  <T> T match(Function<Sqlite, T> sqlite, Function<Postgres, T> postgres);

  /**
   * SQLite in a directory of its own, which one process uses at a time.
   *
   * @param directory created when it does not exist
   * @param synchronous when SQLite forces its log to the disk
   */
  record Sqlite(Path directory, Synchronous synchronous) implements StoreSettings {
    public Sqlite {
      Objects.requireNonNull(directory, "directory");
      Objects.requireNonNull(synchronous, "synchronous");
      directory = directory.toAbsolutePath().normalize();
    }

    /** The default: every commit is on the disk before it is acknowledged. */
    public Sqlite(Path directory) {
      this(directory, Synchronous.FULL);
    }

    @Override
    public <T> T match(Function<Sqlite, T> sqlite, Function<Postgres, T> postgres) {
      return sqlite.apply(this);
    }
  }

  /**
   * A PostgreSQL database, which any number of processes may share.
   *
   * @param url a JDBC address, such as {@code jdbc:postgresql://db.example/howdah}
   * @param user the role to log in as
   * @param password its password, or the empty text; never shown
   */
  record Postgres(String url, String user, String password) implements StoreSettings {
    public Postgres {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(password, "password");
      if (url == null || !url.startsWith("jdbc:postgresql:")) {
        throw new IllegalArgumentException(
            "a PostgreSQL address starts with jdbc:postgresql:, this is " + url);
      }
      // Rewritten batches lose the row counts that tell a recorded step from a new one.
      if (url.toLowerCase(Locale.ROOT).contains("rewritebatchedinserts=true")) {
        throw new IllegalArgumentException(
            "remove reWriteBatchedInserts=true from the database address");
      }
    }

    /** The address without parameters, which may hold secrets. */
    String place() {
      int parameters = url.indexOf('?');
      return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public <T> T match(Function<Sqlite, T> sqlite, Function<Postgres, T> postgres) {
      return postgres.apply(this);
    }

    @Override
    public String toString() {
      return "Postgres[" + place() + ", user=" + user + "]";
    }
  }

  /** When SQLite forces its log to the disk. Both survive the death of the process. */
  enum Synchronous {
    /** At every commit: an acknowledged commit survives a power cut. */
    FULL,
    /** At checkpoints: a power cut may take the last commits, but never corrupts the database. */
    NORMAL
  }
}
