package dev.howdah.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The contract on PostgreSQL. */
final class PostgresStoreTest extends StoreContract {
  @Override
  StoreSettings fresh() {
    return PostgresServer.fresh();
  }

  @Override
  boolean shared() {
    return true;
  }

  @Override
  Connection beside(StoreSettings settings) throws SQLException {
    return settings.match(
        sqlite -> {
          throw new IllegalArgumentException(sqlite.toString());
        },
        postgres -> connect(postgres));
  }

  private static Connection connect(StoreSettings.Postgres settings) {
    try {
      return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
