package dev.howdah.store;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The tables as this program knows them. Flyway applies the migrations; loading Flyway costs more
 * than everything else at start, so its history is compared with the scripts first (versions and
 * checksums, the comparison that Flyway's own validation makes) and Flyway stays unloaded when
 * nothing differs.
 */
final class Schema {
  /** The scripts in {@code db/migration}, in the order of their versions, which count from 1. */
  static final List<String> MIGRATIONS =
      List.of(
          "V1__tables.sql",
          "V2__shared.sql",
          "V3__group_sizes.sql",
          "V4__executions.sql",
          "V5__reruns.sql");

  private static final String HISTORY = "flyway_schema_history";

  private final Database database;

  Schema(Database database) {
    this.database = database;
  }

  /**
   * Brings the database to this program's version.
   *
   * @throws FaultException {@code store.newer} when a newer program has changed the tables, {@code
   *     store.schema} when the migration fails
   */
  void update() {
    Map<Integer, Integer> applied;
    try (Connection connection = database.source().getConnection()) {
      applied = applied(connection);
    } catch (SQLException e) {
      throw failed(e);
    }
    int newest = applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (newest > MIGRATIONS.size()) {
      throw newer(newest);
    }
    if (!applied.equals(known())) {
      migrate(MIGRATIONS.size());
    }
  }

  /** Version to checksum of what was applied; a failed migration has the checksum null. */
  private Map<Integer, Integer> applied(Connection connection) throws SQLException {
    Map<Integer, Integer> applied = new LinkedHashMap<>();
    try (ResultSet tables =
        connection.getMetaData().getTables(null, connection.getSchema(), HISTORY, null)) {
      if (!tables.next()) {
        return applied;
      }
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT version, checksum, success FROM "
                    + HISTORY
                    + " WHERE version IS NOT NULL ORDER BY installed_rank")) {
      while (rows.next()) {
        Integer checksum = rows.getBoolean(3) ? (Integer) rows.getInt(2) : null;
        applied.put(Integer.parseInt(rows.getString(1)), checksum);
      }
    }
    return applied;
  }

  private static Map<Integer, Integer> known() {
    Map<Integer, Integer> known = new LinkedHashMap<>();
    for (String script : MIGRATIONS) {
      known.put(known.size() + 1, checksum(script));
    }
    return known;
  }

  /** Flyway's checksum of a script: CRC32 over its lines without their ends. */
  private static int checksum(String script) {
    CRC32 crc = new CRC32();
    try (InputStream in = Schema.class.getResourceAsStream("/db/migration/" + script);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(in, script), StandardCharsets.UTF_8))) {
      lines.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (int) crc.getValue();
  }

  /** Applies the migrations up to a version that are not applied yet. */
  void migrate(int version) {
    try {
      Flyway.configure(Schema.class.getClassLoader())
          .dataSource(database.source())
          .locations("classpath:db/migration")
          .table(HISTORY)
          .target(Integer.toString(version))
          .placeholders(database.placeholders())
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw failed(e);
    }
  }

  private FaultException newer(int version) {
    return Fault.rejected(
            "store.newer",
            Blame.ENGINE,
            "The database "
                + database.place()
                + " has version "
                + version
                + ", this program knows up to "
                + MIGRATIONS.size()
                + ". Run the newer program, or restore a backup from before the upgrade.")
        .toException();
  }

  private FaultException failed(Exception e) {
    return Fault.rejected(
            "store.schema",
            Blame.ENGINE,
            "The tables of the database "
                + database.place()
                + " could not be brought up to date: "
                + e.getMessage())
        .toException();
  }
}
