package dev.howdah.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param missingSteps steps of completed executions that are not recorded
 * @param duplicateSteps paths that have settled more than once
 * @param oddSteps the first that came to something else than they must, or must not be there
 * @param contradictions keys that got two executions, and promises that got two values
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
    List<String> oddSteps,
    int contradictions,
    List<Kill> kills,
    List<OptionalLong> afterKill) {

  private record Row(String status, String result, String error) {}

  private record Step(String status, String output, int count) {
    boolean is(Optional<JsonNode> expected) {
      return expected.isPresent()
          ? status.equals("completed") && expected.get().equals(Json.trusted(output))
          : status.equals("failed");
    }
  }

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
      Map<String, Map<String, Step>> steps = steps(connection);
      int duplicates =
          (int)
              steps.values().stream()
                  .flatMap(paths -> paths.values().stream())
                  .filter(step -> step.count() > 1)
                  .count();
      Map<String, String> wrong = new TreeMap<>();
      List<String> odd = new ArrayList<>();
      int completed = 0;
      int lost = 0;
      int missing = 0;
      for (Map.Entry<Integer, String> execution : accepted.entrySet()) {
        Row row = rows.remove(execution.getValue());
        int i = execution.getKey();
        Expected expected = DrillDesigns.expected(i);
        if (row == null) {
          lost++;
        } else if (row.status().equals("completed")
            && expected.result().equals(Json.trusted(row.result()))) {
          completed++;
          Map<String, Step> settled = steps.getOrDefault(execution.getValue(), new HashMap<>());
          for (Map.Entry<String, Optional<JsonNode>> wanted : expected.steps().entrySet()) {
            Step step = settled.remove(wanted.getKey());
            if (step == null) {
              missing++;
            } else if (!step.is(wanted.getValue())) {
              odd.add(execution.getValue() + ":" + wanted.getKey() + " " + step);
            }
          }
          settled.forEach(
              (path, step) -> odd.add(execution.getValue() + ":" + path + " unexpected " + step));
        } else {
          wrong.put(
              execution.getValue() + " (" + DrillDesigns.designOf(i) + ")",
              row.status() + " " + row.result() + " " + row.error());
        }
      }
      int stuck = (int) wrong.values().stream().filter(w -> w.startsWith("running")).count();
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
          List.copyOf(odd),
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

  /** By execution and path, how each step has settled. */
  private static Map<String, Map<String, Step>> steps(Connection connection) throws SQLException {
    Map<String, Map<String, Step>> steps = new HashMap<>();
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT execution, path, status, output FROM step WHERE status <> 'retried'");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        steps
            .computeIfAbsent(row.getString(1), execution -> new HashMap<>())
            .merge(
                row.getString(2),
                new Step(row.getString(3), row.getString(4), 1),
                (a, b) -> new Step(b.status(), b.output(), a.count() + 1));
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
        && lost + stuck + extra + missingSteps + duplicateSteps + oddSteps.size() + contradictions
            == 0;
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
        steps that are missing         %6d
        steps recorded more than once  %6d
        steps that came to other things%6d
        keys or promises with two ends %6d

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
                oddSteps.size(),
                contradictions));
    times(table, "engine, Kafka data kept", kill -> kill.isEngine() && !kill.kafkaLost());
    times(table, "engine, Kafka data lost", kill -> kill.isEngine() && kill.kafkaLost());
    times(table, "worker", kill -> !kill.isEngine());
    wrong.entrySet().stream()
        .limit(10)
        .forEach(e -> table.append(e.getKey()).append(": ").append(e.getValue()).append('\n'));
    oddSteps.stream().limit(10).forEach(step -> table.append(step).append('\n'));
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
