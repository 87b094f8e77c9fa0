package dev.howdah.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a process that dies without warning. */
final class SqliteCrashTest {
  private static final int COMMITS = 300;

  @ParameterizedTest
  @EnumSource
  void everythingAcknowledgedSurvivesKillMinusNine(StoreSettings.Synchronous synchronous)
      throws Exception {
    var settings = new StoreSettings.Sqlite(TestDirectories.fresh(), synchronous);
    List<String> acknowledged = new ArrayList<>();
    try (Child child = Child.committing(settings)) {
      child.acknowledged(COMMITS, acknowledged);

      FaultException inUse = assertThrows(FaultException.class, () -> Store.open(settings));
      assertEquals("store.in-use", inUse.fault().code());
      assertTrue(inUse.fault().message().contains("process " + child.pid()), inUse.getMessage());

      child.kill(acknowledged);
    }

    assertTrue(acknowledged.size() >= COMMITS);
    try (Store store = Store.open(settings)) {
      for (String id : acknowledged) {
        ExecutionRow row = store.executions().byId(id).orElseThrow(() -> new AssertionError(id));
        assertEquals(ExecutionStatus.COMPLETED, row.status());
        assertEquals(3, store.executions().steps(id).size());
      }
      assertEquals(List.of(), store.executions().openAfter("", 10));
    }
    assertEquals("ok", integrity(settings.directory()));
  }

  @Test
  void aKilledProcessLeavesNothingInTheTemporaryDirectory() throws Exception {
    var settings = new StoreSettings.Sqlite(TestDirectories.fresh());
    Path temporary = TestDirectories.fresh();
    for (int start = 0; start < 2; start++) {
      List<String> acknowledged = new ArrayList<>();
      try (Child child = Child.committing(settings, temporary)) {
        child.acknowledged(1, acknowledged);
        child.kill(acknowledged);
      }
    }

    assertEquals(List.of(), named(temporary, ""));
    assertEquals(1, named(settings.directory().resolve("native"), "sqlitejdbc").size());
  }

  private static List<Path> named(Path directory, String part) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().contains(part))
          .toList();
    }
  }

  private static String integrity(Path directory) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory + "/howdah.db");
        var rows = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
      return rows.next() ? rows.getString(1) : "nothing";
    }
  }

  @Test
  void aDirectoryIsInUseWithinOneProcessToo() {
    var settings = new StoreSettings.Sqlite(TestDirectories.fresh());
    try (Store store = Store.open(settings)) {
      FaultException refusal = assertThrows(FaultException.class, () -> Store.open(settings));

      assertEquals("store.in-use", refusal.fault().code());
      assertTrue(refusal.getMessage().contains("process " + ProcessHandle.current().pid()));
      store.meta().put("still", "works");
    }
    try (Store again = Store.open(settings)) {
      assertEquals(Optional.of("works"), again.meta().get("still"));
    }
  }

  @Test
  void aDirectoryThatCannotBeCreatedIsNamed() throws Exception {
    Path file = Files.writeString(TestDirectories.fresh().resolve("file"), "not a directory");
    Path below = file.resolve("data");

    FaultException refusal =
        assertThrows(FaultException.class, () -> Store.open(new StoreSettings.Sqlite(below)));

    assertEquals("store.directory", refusal.fault().code());
    assertTrue(refusal.getMessage().contains(below.toString()), refusal.getMessage());
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndTheDirectoryReleased() throws Exception {
    Path directory = TestDirectories.fresh();
    Path database = directory.resolve("howdah.db");
    Files.writeString(database, "this is not a database, it is a text ".repeat(100));

    FaultException refusal =
        assertThrows(FaultException.class, () -> Store.open(new StoreSettings.Sqlite(directory)));

    assertEquals("store.directory", refusal.fault().code());
    Files.delete(database);
    Store.open(new StoreSettings.Sqlite(directory)).close();
  }
}
