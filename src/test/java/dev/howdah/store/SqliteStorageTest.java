package dev.howdah.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How SQLite is set up, and what happens when its disk is full. */
final class SqliteStorageTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource
  void connectionsAreSetAsDocumented(StoreSettings.Synchronous synchronous) throws SQLException {
    var settings = new StoreSettings.Sqlite(TestDirectories.fresh(), synchronous);
    try (SqliteDatabase database = SqliteDatabase.open(settings);
        Connection connection = database.connect()) {
      assertEquals("wal", pragma(connection, "journal_mode"));
      assertEquals(
          synchronous == StoreSettings.Synchronous.FULL ? "2" : "1",
          pragma(connection, "synchronous"));
      assertEquals("-32000", pragma(connection, "cache_size"));
      assertEquals("4000", pragma(connection, "wal_autocheckpoint"));
    }
  }

  private static String pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void whatIsCommittedMovesIntoTheDatabaseFileByItself() throws IOException {
    Path directory = TestDirectories.fresh();
    try (Store store = Store.open(new StoreSettings.Sqlite(directory))) {
      String marker = "marker-" + directory.getFileName();
      Journal journal = store.journal();
      journal.begin();
      journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, marker));
      journal.commit();

      await()
          .atMost(LIMIT)
          .until(
              () ->
                  new String(
                          Files.readAllBytes(directory.resolve("howdah.db")),
                          java.nio.charset.StandardCharsets.ISO_8859_1)
                      .contains(marker));
    }
  }

  @Test
  void aFullDiskIsARetryableFaultAndTheJournalGoesOnAfterwards() {
    var settings = new StoreSettings.Sqlite(TestDirectories.fresh());
    Store.open(settings).close();
    try (SmallDisk disk = new SmallDisk(SqliteDatabase.open(settings));
        Journal journal = new Journal(disk)) {
      disk.pages = 60;
      FaultException full =
          assertThrows(
              FaultException.class,
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  journal.begin();
                  journal.step(Rows.step("e" + i, "a", StepStatus.COMPLETED, "x".repeat(10_000)));
                  journal.commit();
                }
              });
      assertEquals("store.write", full.fault().code());
      assertTrue(full.fault().retryable());
      assertTrue(full.getMessage().contains(settings.directory().toString()), full.getMessage());

      assertThrows(IllegalStateException.class, journal::commit);
      journal.rollback();
      disk.pages = 1_000_000;
      journal.begin();
      journal.step(Rows.step("after", "a", StepStatus.COMPLETED, "x".repeat(10_000)));
      journal.commit();
      assertEquals(1, journal.steps("after").size());
      assertEquals(1, journal.steps("e0").size());
    }
  }

  /** A database file that may have so many pages. */
  private static final class SmallDisk extends WrappedDatabase {
    private int pages;

    SmallDisk(Database database) {
      super(database);
    }

    @Override
    public Connection connect() throws SQLException {
      Connection connection = database.connect();
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA max_page_count=" + pages);
      }
      return connection;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM execution WHERE status = 'running' AND id > ? ORDER BY id LIMIT 9"
            + "| execution_open",
        "SELECT * FROM execution WHERE deployment_id = ? AND id < ? ORDER BY id DESC LIMIT 9"
            + "| execution_history",
        "SELECT * FROM execution WHERE deployment_id = ? AND status IN ('failed', 'cancelled') AND"
            + " status = 'failed' ORDER BY id DESC LIMIT 9| execution_unhappy",
        "SELECT * FROM execution WHERE design_id = ? AND id < ? ORDER BY id DESC LIMIT 9"
            + "| execution_design",
        "SELECT * FROM execution WHERE status IN ('failed', 'cancelled') AND"
            + " status = 'failed' ORDER BY id DESC LIMIT 9| execution_unhappy_all",
        "SELECT * FROM execution WHERE design_id = ? AND status IN ('failed', 'cancelled') AND"
            + " status = 'failed' ORDER BY id DESC LIMIT 9| execution_unhappy_design",
        "SELECT id FROM execution WHERE deployment_id=? AND idempotency_key=?"
            + "| execution_idempotency",
        "SELECT * FROM execution WHERE parent_execution = ? ORDER BY id| execution_parent",
        "SELECT id FROM execution WHERE rerun_of = ? AND rerun_of IS NOT NULL AND lineage IS NOT NULL"
            + "| execution_rerun",
        "SELECT * FROM timer WHERE due_at <= ? ORDER BY due_at LIMIT 9| timer_due",
        "SELECT * FROM step WHERE execution = ? ORDER BY path, attempt| PRIMARY KEY",
      })
  void queriesUseTheirIndexAndNeverSort(String sql, String index) throws SQLException {
    Path directory = TestDirectories.fresh();
    Store.open(new StoreSettings.Sqlite(directory)).close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory + "/howdah.db");
        var rows = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      StringBuilder plan = new StringBuilder();
      while (rows.next()) {
        plan.append(rows.getString("detail")).append('\n');
      }
      assertTrue(plan.toString().contains(index.strip()), plan.toString());
      assertEquals(-1, plan.indexOf("TEMP B-TREE"), plan.toString());
    }
  }

  @Test
  void theProgramKnowsEveryMigrationScript() throws IOException {
    try (var scripts = Files.list(Path.of("src/main/resources/db/migration"))) {
      List<String> names = scripts.map(path -> path.getFileName().toString()).sorted().toList();
      assertEquals(Schema.MIGRATIONS.stream().sorted().toList(), names);
    }
    for (int i = 0; i < Schema.MIGRATIONS.size(); i++) {
      assertTrue(Schema.MIGRATIONS.get(i).startsWith("V" + (i + 1) + "__"));
    }
  }
}
