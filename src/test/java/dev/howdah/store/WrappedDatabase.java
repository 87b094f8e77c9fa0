package dev.howdah.store;

import com.zaxxer.hikari.HikariConfig;
import java.util.Map;
import javax.sql.DataSource;

/** A database that is another one, but for its connections. */
abstract class WrappedDatabase implements Database {
  final Database database;

  WrappedDatabase(Database database) {
    this.database = database;
  }

  @Override
  public boolean shared() {
    return database.shared();
  }

  @Override
  public String place() {
    return database.place();
  }

  @Override
  public DataSource source() {
    return database.source();
  }

  @Override
  public HikariConfig pool() {
    return database.pool();
  }

  @Override
  public Map<String, String> placeholders() {
    return database.placeholders();
  }

  @Override
  public WriteTurn turn() {
    return database.turn();
  }

  @Override
  public void close() {
    database.close();
  }
}
