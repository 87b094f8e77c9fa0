package dev.howdah.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A database that counts what its writers ask of it. For one thread. */
final class CountingDatabase extends WrappedDatabase {
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

  private int statements;
  private int rows;

  CountingDatabase(Database database) {
    super(database);
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
}
