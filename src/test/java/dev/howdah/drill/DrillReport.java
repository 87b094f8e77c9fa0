package dev.howdah.drill;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What the database tells after a drill.
 *
 * @param executions how many were to be started
 * @param accepted how many callers got an id
 * @param completed accepted ones that have the right result
 * @param wrong accepted ones that ended in another way, each with how
 * @param lost accepted ones without a row
 * @param stuck rows that are still running
 * @param extra rows that no caller knows of
 * @param missingSteps blocks of completed executions without a completed step
 * @param duplicateSteps blocks with more than one completed step
 * @param contradictions keys that got two executions
 * @param kills what was killed
 * @param afterKill milliseconds from each restart until a stage began again; empty if none did
 *     before the next kill
 */
record DrillReport(
    int executions,
    int accepted,
    int completed,
    Map<String, String> wrong,
    int lost,
    int stuck,
    int extra,
    int missingSteps,
    int duplicateSteps,
    int contradictions,
    List<Kill> kills,
    List<OptionalLong> afterKill) {

  private record Row(String status, String result, String error) {}

  /**
   * @param database a JDBC address
   */
  static DrillReport read(
      String database,
      DrillSettings settings,
      Map<Integer, String> accepted,
      int contradictions,
      List<Kill> kills)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(database)) {
      Map<String, Row> rows = rows(connection);
      Map<String, Integer> steps = steps(connection);
      Map<String, String> wrong = new TreeMap<>();
      int completed = 0;
      int lost = 0;
      int missing = 0;
      for (Map.Entry<Integer, String> execution : accepted.entrySet()) {
        Row row = rows.remove(execution.getValue());
        int i = execution.getKey();
        if (row == null) {
          lost++;
        } else if (row.status().equals("completed")
            && row.result().equals(Long.toString(DrillDesigns.result(i)))) {
          completed++;
          for (String block : DrillDesigns.BLOCKS.get(DrillDesigns.designOf(i))) {
            missing += steps.containsKey(execution.getValue() + ":" + block) ? 0 : 1;
          }
        } else {
          wrong.put(
              execution.getValue() + " (" + DrillDesigns.designOf(i) + ")",
              row.status() + " " + row.result() + " " + row.error());
        }
      }
      int stuck = (int) wrong.values().stream().filter(w -> w.startsWith("running")).count();
      int duplicates = (int) steps.values().stream().filter(count -> count > 1).count();
      List<OptionalLong> after = new ArrayList<>();
      for (int i = 0; i < kills.size(); i++) {
        OptionalLong first = firstStage(connection, kills.get(i));
        boolean disturbed =
            first.isPresent()
                && i + 1 < kills.size()
                && kills.get(i + 1).killedAt() < kills.get(i).startedAt() + first.getAsLong();
        after.add(disturbed ? OptionalLong.empty() : first);
      }
      return new DrillReport(
          settings.executions(),
          accepted.size(),
          completed,
          wrong,
          lost,
          stuck,
          rows.size(),
          missing,
          duplicates,
          contradictions,
          List.copyOf(kills),
          after);
    }
  }

  private static Map<String, Row> rows(Connection connection) throws SQLException {
    Map<String, Row> rows = new HashMap<>();
    try (PreparedStatement select =
            connection.prepareStatement("SELECT id, status, result, error FROM execution");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        rows.put(row.getString(1), new Row(row.getString(2), row.getString(3), row.getString(4)));
      }
    }
    return rows;
  }

  private static Map<String, Integer> steps(Connection connection) throws SQLException {
    Map<String, Integer> steps = new HashMap<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT execution, path, count(*) FROM step WHERE status = 'completed'"
                    + " GROUP BY execution, path");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        steps.put(row.getString(1) + ":" + row.getString(2), row.getInt(3));
      }
    }
    return steps;
  }

  /** Work goes on when a stage begins that was not under way before: the victim's, if a worker. */
  private static OptionalLong firstStage(Connection connection, Kill kill) throws SQLException {
    String sql =
        "SELECT min(started_at) FROM step WHERE started_at > ?"
            + (kill.isEngine() ? " AND worker_group <> 'default'" : " AND worker_group = ?");
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      // What was begun in the moment of the kill may still belong to the time before.
      select.setLong(1, kill.startedAt());
      if (!kill.isEngine()) {
        select.setString(2, kill.victim());
      }
      try (ResultSet row = select.executeQuery()) {
        long at = row.next() ? row.getLong(1) : 0;
        return at == 0 ? OptionalLong.empty() : OptionalLong.of(at - kill.startedAt());
      }
    }
  }

  boolean isGood() {
    return completed == executions
        && accepted == executions
        && lost + stuck + extra + missingSteps + duplicateSteps + contradictions == 0;
  }

  /** A table for a person. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        """

        executions accepted            %6d of %d
        completed with the right result%6d
        ended otherwise                %6d
        accepted and not in the database %4d
        still running                  %6d
        in the database, accepted by nobody %1d
        blocks without a completed step%6d
        blocks with more than one      %6d
        keys with two executions       %6d

        from the restart until a stage begins   number   median      max
        """
            .formatted(
                accepted,
                executions,
                completed,
                wrong.size() - stuck,
                lost,
                stuck,
                extra,
                missingSteps,
                duplicateSteps,
                contradictions));
    times(table, "engine, Kafka data kept", kill -> kill.isEngine() && !kill.kafkaLost());
    times(table, "engine, Kafka data lost", kill -> kill.isEngine() && kill.kafkaLost());
    times(table, "worker", kill -> !kill.isEngine());
    wrong.entrySet().stream()
        .limit(10)
        .forEach(e -> table.append(e.getKey()).append(": ").append(e.getValue()).append('\n'));
    return table.toString();
  }

  private void times(StringBuilder table, String name, Predicate<Kill> which) {
    long[] times =
        LongStream.range(0, kills.size())
            .filter(i -> which.test(kills.get((int) i)) && afterKill.get((int) i).isPresent())
            .map(i -> afterKill.get((int) i).getAsLong())
            .sorted()
            .toArray();
    if (times.length > 0) {
      table.append(
          "%-39s %6d %6.1f s %6.1f s%n"
              .formatted(
                  name,
                  times.length,
                  times[times.length / 2] / 1e3,
                  times[times.length - 1] / 1e3));
    }
  }

  /** One line for a program. */
  String line() {
    return "completed=%d lost=%d stuck=%d duplicate_steps=%d kills=%d"
        .formatted(completed, lost, stuck, duplicateSteps, kills.size());
  }
}
