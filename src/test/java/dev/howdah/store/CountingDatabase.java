package dev.howdah.store;

import com.zaxxer.hikari.HikariConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** A database that counts what its writers ask of it. For one thread. */
final class CountingDatabase implements Database {
  /**
   * What was asked of a database.
   *
   * @param statements how many were run
   * @param rows how many were read
   */
  record Work(int statements, int rows) {
    Work since(Work before) {
      return new Work(statements - before.statements, rows - before.rows);
    }
  }

  private final Database database;
  private int statements;
  private int rows;

  CountingDatabase(Database database) {
    this.database = database;
  }

  Work work() {
    return new Work(statements, rows);
  }

  @Override
  public Connection connect() throws SQLException {
    return counted(Connection.class, database.connect());
  }

  private <T> T counted(Class<T> type, T counted) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object answer;
              try {
                answer = method.invoke(counted, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (counted instanceof PreparedStatement && method.getName().startsWith("execute")) {
                statements++;
              } else if (method.getName().equals("next") && Boolean.TRUE.equals(answer)) {
                rows++;
              }
              if (answer instanceof PreparedStatement statement) {
                return counted(PreparedStatement.class, statement);
              }
              return answer instanceof ResultSet result ? counted(ResultSet.class, result) : answer;
            }));
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
