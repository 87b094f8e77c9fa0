package dev.howdah.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The contract on SQLite. */
final class SqliteStoreTest extends StoreContract {
  @Override
  StoreSettings fresh() {
    return new StoreSettings.Sqlite(TestDirectories.fresh());
  }

  @Override
  boolean shared() {
    return false;
  }

  @Override
  Connection beside(StoreSettings settings) throws SQLException {
    String directory =
        settings.match(
            sqlite -> sqlite.directory().toString(),
            postgres -> {
              throw new IllegalArgumentException(postgres.toString());
            });
    return DriverManager.getConnection("jdbc:sqlite:" + directory + "/howdah.db");
  }
}
