package dev.howdah.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a store promises on either database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  private StoreSettings settings;
  private Store store;
  private Journal journal;

  abstract StoreSettings fresh();

  abstract boolean shared();

  /** A connection beside the store, as an operator would open one. */
  abstract Connection beside(StoreSettings settings) throws SQLException;

  @BeforeAll
  void openOnce() {
    settings = fresh();
    store = Store.open(settings);
    journal = store.journal();
  }

  @BeforeEach
  void empty() throws SQLException {
    for (String table :
        List.of(
            "meta",
            "design",
            "module",
            "module_name",
            "deployment",
            "execution",
            "step",
            "timer",
            "seen_key",
            "pace",
            "gathering",
            "gathered")) {
      outside("DELETE FROM " + table);
    }
  }

  /** A test that failed halfway must not make the next ones fail. */
  @AfterEach
  void endTransaction() {
    journal.rollback();
  }

  @AfterAll
  void closeOnce() {
    store.close();
  }

  private void outside(String sql) throws SQLException {
    try (Connection connection = beside(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A database as an earlier program has left it. */
  private StoreSettings ofVersion(int version) {
    StoreSettings own = fresh();
    try (Database database = own.<Database>match(SqliteDatabase::open, PostgresDatabase::open)) {
      new Schema(database).migrate(version);
    }
    return own;
  }

  private CommitResult write(Runnable calls) {
    journal.begin();
    calls.run();
    return journal.commit();
  }

  private void accept(String... ids) {
    write(
        () -> {
          for (String id : ids) {
            assertTrue(journal.accept(Rows.execution(id)));
          }
        });
  }

  @Test
  void saysWhetherOthersMayWrite() {
    assertEquals(shared(), store.shared());
  }

  @Test
  void opensAgainWithEverythingInPlace() {
    StoreSettings own = fresh();
    try (Store first = Store.open(own)) {
      first.meta().put("installation", "abc");
    }
    try (Store second = Store.open(own)) {
      assertEquals(Optional.of("abc"), second.meta().get("installation"));
    }
  }

  @Test
  void refusesADatabaseOfANewerProgram() throws SQLException {
    StoreSettings own = fresh();
    Store.open(own).close();
    try (Connection connection = beside(own);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
              + " checksum, installed_by, execution_time, success)"
              + " SELECT 99, '99', 'later', 'SQL', 'V99__later.sql', 1, installed_by, 1, success"
              + " FROM flyway_schema_history WHERE version = '1'");
    }

    FaultException refusal = assertThrows(FaultException.class, () -> Store.open(own));

    assertEquals("store.newer", refusal.fault().code());
    assertTrue(refusal.fault().message().contains("99"), refusal.fault().message());
  }

  @Test
  void refusesTablesMadeByAnotherScript() throws SQLException {
    StoreSettings own = fresh();
    Store.open(own).close();
    try (Connection connection = beside(own);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'");
    }

    FaultException refusal = assertThrows(FaultException.class, () -> Store.open(own));

    assertEquals("store.schema", refusal.fault().code());
  }

  @Test
  void readsRerunsAsAnEarlierProgramWroteThem() throws SQLException {
    StoreSettings own = ofVersion(4);
    try (Connection connection = beside(own);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO execution (id, design_id, revision, status, trigger_type, triggered_by,"
              + " input, parent_execution, parent_path, started_at, version)"
              + " VALUES ('again', 'd', 1, 'running', 'rerun', 'me', '1', 'first', '', 1, 0),"
              + " ('child', 'd', 1, 'running', 'design', 'me', '1', 'first', 'sub', 1, 0)");
    }

    try (Store upgraded = Store.open(own)) {
      ExecutionRow again = upgraded.executions().byId("again").orElseThrow();
      assertEquals("first", again.rerunOf());
      assertEquals(List.of(), again.lineage());
      assertEquals(null, again.parentExecution());
      ExecutionRow child = upgraded.executions().byId("child").orElseThrow();
      assertEquals(null, child.rerunOf());
      assertEquals("sub", child.parentPath());
    }
  }

  @Test
  void theLineOfAnExecutionIsAllThatHasTakenOverStepsOfIt() {
    write(
        () -> {
          journal.accept(Rows.execution("e1"));
          journal.accept(Rows.again("e2", "e1", List.of("e1")));
          journal.accept(Rows.again("e3", "e2", List.of("e2", "e1")));
          journal.accept(Rows.again("e4", "e1", List.of()));
          journal.accept(Rows.execution("e5"));
          journal.finish("e1", ExecutionStatus.FAILED, null, null, 10);
          journal.finish("e2", ExecutionStatus.FAILED, null, null, 20);
        });
    assertEquals(Optional.of(new Executions.Line(true, 20)), store.executions().line("e1"));
    assertEquals(Optional.of(new Executions.Line(true, 0)), store.executions().line("e5"));
    assertEquals(Optional.empty(), store.executions().line("e6"));
    write(() -> journal.finish("e3", ExecutionStatus.COMPLETED, "1", null, 30));
    assertEquals(Optional.of(new Executions.Line(false, 30)), store.executions().line("e1"));
    assertEquals(Optional.of(new Executions.Line(false, 30)), store.executions().line("e3"));
  }

  @Test
  void keepsEveryColumnOfAnExecution() {
    ExecutionRow row =
        new ExecutionRow(
            "e1",
            "d1",
            "design",
            7,
            ExecutionStatus.RUNNING,
            "kafka",
            "orders",
            "{\"text\":\"Grüße \\u0000 🐪\"}",
            null,
            null,
            "key",
            "e0",
            "each[17]/fetch",
            5,
            null,
            8L,
            0,
            "e0b",
            List.of("e0b", "e0a"));
    write(() -> assertTrue(journal.accept(row)));

    assertEquals(Optional.of(row), store.executions().byId("e1"));
    assertEquals(Optional.of(row), store.executions().byKey("d1", "key"));
    assertEquals(Optional.of(row), journal.execution("e1"));
    assertEquals(List.of(row), store.executions().children("e0"));
    assertEquals(Optional.empty(), store.executions().byId("e2"));
  }

  @Test
  void keepsEveryColumnOfAStep() {
    StepRow row =
        new StepRow(
            "e1",
            "review#2/critic",
            3,
            StepStatus.FAILED,
            "{\"a\":1}",
            "[0,2]",
            "{\"i\":4}",
            "gpu",
            "node-7",
            11,
            12,
            "{\"code\":\"wasm.trap\"}");
    write(() -> journal.step(row));

    assertEquals(List.of(row), store.executions().steps("e1"));
    assertEquals(List.of(row), journal.steps("e1"));
  }

  @Test
  void anIdempotencyKeyIsHonouredOnceInADeployment() {
    write(
        () -> {
          assertTrue(journal.accept(Rows.execution("e1", "d1", "key")));
          assertFalse(journal.accept(Rows.execution("e2", "d1", "key")));
          assertEquals(Optional.of("e1"), journal.executionOf("d1", "key"));
          assertTrue(journal.accept(Rows.execution("e3", "d2", "key")));
        });
    write(
        () -> {
          assertFalse(journal.accept(Rows.execution("e4", "d1", "key")));
          assertEquals(Optional.of("e1"), journal.executionOf("d1", "key"));
        });

    assertEquals(Optional.empty(), store.executions().byId("e2"));
    assertEquals(Optional.empty(), store.executions().byId("e4"));
    assertEquals(Optional.empty(), journal.executionOf("d3", "key"));
  }

  @Test
  void acceptingARedeliveredExecutionChangesNothing() {
    accept("e1");
    write(() -> journal.finish("e1", ExecutionStatus.COMPLETED, "1", null, 5));

    accept("e1");

    assertEquals(ExecutionStatus.COMPLETED, store.executions().byId("e1").orElseThrow().status());
  }

  @Test
  void aRecordedStepNeverChanges() {
    StepRow first = Rows.step("e1", "a", StepStatus.COMPLETED, "1");
    assertEquals(0, write(() -> journal.step(first)).stepConflicts());

    CommitResult again =
        write(
            () -> {
              journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "2"));
              journal.step(Rows.step("e1", "a", StepStatus.FAILED, "3"));
              journal.step(Rows.step("e1", "b", StepStatus.COMPLETED, "4"));
            });

    assertEquals(2, again.stepConflicts());
    assertEquals(
        List.of(first, Rows.step("e1", "b", StepStatus.COMPLETED, "4")),
        store.executions().steps("e1"));
  }

  @Test
  void aWaitingStepIsSettledOnce() {
    write(() -> journal.step(Rows.step("e1", "a", StepStatus.WAITING, null)));

    CommitResult settled =
        write(() -> journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "1")));
    CommitResult late = write(() -> journal.step(Rows.step("e1", "a", StepStatus.FAILED, "2")));

    assertEquals(0, settled.stepConflicts());
    assertEquals(1, late.stepConflicts());
    assertEquals(
        List.of(Rows.step("e1", "a", StepStatus.COMPLETED, "1")), store.executions().steps("e1"));
  }

  @Test
  void aStepThatHasWaitedKeepsWhatItWaitedWith() {
    StepRow waiting =
        new StepRow(
            "e1",
            "each",
            1,
            StepStatus.WAITING,
            null,
            null,
            "{\"items\":[1,2]}",
            "default",
            "node-1",
            1_000,
            250,
            null);
    write(() -> journal.step(waiting));
    write(() -> journal.step(Rows.step("e1", "each", StepStatus.COMPLETED, "[2,3]")));

    StepRow settled = store.executions().steps("e1").get(0);
    assertEquals(StepStatus.COMPLETED, settled.status());
    assertEquals("[2,3]", settled.output());
    assertEquals("{\"items\":[1,2]}", settled.state());
  }

  @Test
  void aStepMayWaitAndSettleInOneTransaction() {
    CommitResult result =
        write(
            () -> {
              journal.step(Rows.step("e1", "a", StepStatus.WAITING, null));
              journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "1"));
            });

    assertEquals(0, result.stepConflicts());
    assertEquals(
        List.of(Rows.step("e1", "a", StepStatus.COMPLETED, "1")), store.executions().steps("e1"));
  }

  @Test
  void anExecutionEndsOnce() {
    accept("e1", "e2");

    CommitResult first =
        write(
            () -> {
              journal.finish("e1", ExecutionStatus.COMPLETED, "{\"r\":1}", null, 70);
              journal.finish("e2", ExecutionStatus.FAILED, null, "{\"code\":\"x\"}", 71);
            });
    CommitResult second =
        write(() -> journal.finish("e1", ExecutionStatus.CANCELLED, null, null, 80));

    assertEquals(List.of(), first.alreadyFinished());
    assertEquals(List.of("e1"), second.alreadyFinished());
    ExecutionRow row = store.executions().byId("e1").orElseThrow();
    assertEquals(ExecutionStatus.COMPLETED, row.status());
    assertEquals("{\"r\":1}", row.result());
    assertEquals(70L, row.completedAt());
    assertEquals("{\"code\":\"x\"}", store.executions().byId("e2").orElseThrow().error());
  }

  @Test
  void anExecutionMayBeAcceptedRunAndEndedInOneTransaction() {
    CommitResult result =
        write(
            () -> {
              journal.finish("e1", ExecutionStatus.COMPLETED, "1", null, 5);
              journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "1"));
              journal.accept(Rows.execution("e1"));
            });

    assertEquals(List.of(), result.alreadyFinished());
    assertEquals(ExecutionStatus.COMPLETED, store.executions().byId("e1").orElseThrow().status());
  }

  @Test
  void rollingBackLeavesNothingAndTheJournalUsable() {
    journal.begin();
    journal.accept(Rows.execution("e1", "d1", "key"));
    journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "1"));
    journal.timer(new TimerRow("e1", "a", "retry", 1, 5));
    journal.counted("d1", 1, 5);
    assertEquals(1, journal.steps("e1").size());
    journal.rollback();

    CommitResult next = write(() -> journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "2")));

    assertEquals(new CommitResult(0, List.of()), next);
    assertEquals(Optional.empty(), store.executions().byId("e1"));
    assertEquals(Optional.empty(), store.timers().next());
    assertEquals(
        List.of(Rows.step("e1", "a", StepStatus.COMPLETED, "2")), store.executions().steps("e1"));
  }

  @Test
  void writingOutsideATransactionIsABug() {
    assertThrows(IllegalStateException.class, () -> journal.accept(Rows.execution("e1")));
    assertThrows(IllegalStateException.class, journal::commit);
  }

  @Test
  void nobodySeesATransactionBeforeItsCommit() {
    journal.begin();
    journal.accept(Rows.execution("e1"));
    assertTrue(journal.execution("e1").isPresent());
    assertTrue(store.executions().byId("e1").isEmpty());
    journal.commit();
    assertTrue(store.executions().byId("e1").isPresent());
  }

  @Test
  void theLastWordOnATimerCounts() {
    write(
        () -> {
          journal.timer(new TimerRow("e1", "a", "retry", 1, 10));
          journal.timer(new TimerRow("e1", "a", "timeout", 1, 20));
          journal.timer(new TimerRow("e1", "b", "retry", 1, 30));
          journal.timer(new TimerRow("e2", "a", "retry", 1, 40));
        });
    write(
        () -> {
          journal.timer(new TimerRow("e1", "a", "retry", 2, 15));
          journal.dropTimer("e1", "a", "timeout");
          journal.timer(new TimerRow("e1", "b", "retry", 9, 99));
          journal.dropTimer("e1", "b", "retry");
          journal.timer(new TimerRow("e2", "a", "sleep", 1, 50));
          journal.dropTimers("e2");
          journal.timer(new TimerRow("e2", "a", "deadline", 1, 60));
        });

    assertEquals(
        List.of(
            new TimerRow("e1", "a", "retry", 2, 15), new TimerRow("e2", "a", "deadline", 1, 60)),
        store.timers().due(100, 10));
    assertEquals(Optional.of(15L), store.timers().next());
  }

  @Test
  void timersAreDueFromTheirTimeOnAndLongestDueFirst() {
    write(
        () -> {
          journal.timer(new TimerRow("e3", "", "deadline", 1, 30));
          journal.timer(new TimerRow("e2", "", "deadline", 1, 20));
          journal.timer(new TimerRow("e1", "", "deadline", 1, 10));
        });

    assertEquals(List.of(), store.timers().due(9, 10));
    assertEquals(
        List.of("e1", "e2"), store.timers().due(20, 10).stream().map(TimerRow::execution).toList());
    assertEquals(
        List.of("e1"), store.timers().due(20, 1).stream().map(TimerRow::execution).toList());
  }

  @Test
  void theFenceLetsOneDecisionThrough() {
    accept("e1");
    write(
        () -> {
          assertTrue(journal.advance("e1", 0));
          assertFalse(journal.advance("e1", 0));
          assertTrue(journal.accept(Rows.execution("e2")));
          assertTrue(journal.advance("e2", 0));
        });
    write(
        () -> {
          assertTrue(journal.advance("e1", 1));
          journal.finish("e1", ExecutionStatus.CANCELLED, null, null, 5);
        });
    write(() -> assertFalse(journal.advance("e1", 2), "the end is a decision as well"));
  }

  @Test
  void aGroupHasItsValuesInOrderAndKnowsItsFirst() {
    Ledger ledger = journal.ledger();
    write(
        () -> {
          assertEquals(
              new Ledger.Gathering(Optional.of(step("e1")), 50L, 1, 3),
              ledger.add("s", "k", step("e1"), 50L, "\"a\""));
          assertEquals(
              new Ledger.Gathering(Optional.of(step("e3")), null, 1, 1),
              ledger.add("s", "other", step("e3"), null, "3"));
        });
    write(
        () -> {
          assertEquals(
              new Ledger.Gathering(Optional.of(step("e1")), 50L, 2, 7),
              ledger.add("s", "k", step("e2"), 99L, "\"ü\""));
          assertEquals(50L, ledger.gathering("s", "k").orElseThrow().dueAt());
        });
    write(() -> assertEquals(List.of("\"a\"", "\"ü\""), ledger.close("s", "k")));
    write(
        () -> {
          assertEquals(Optional.empty(), ledger.gathering("s", "k"));
          assertEquals(
              Optional.of(step("e4")), ledger.add("s", "k", step("e4"), null, "4").owner());
          assertEquals(List.of("4"), ledger.close("s", "k"));
        });
  }

  private static Ledger.Waiter step(String execution) {
    return new Ledger.Waiter(execution, "group");
  }

  @Test
  void aKeyBelongsToWhoeverClaimsItFirstUntilItsTimeIsOver() {
    Ledger ledger = journal.ledger();
    write(
        () -> {
          assertTrue(ledger.claim("s", "k", "e1", 10, 50));
          assertTrue(ledger.claim("s", "k", "e1", 20, 60), "as its step is recorded again");
          assertTrue(ledger.claim("t", "k", "e2", 10, 70));
          assertFalse(ledger.claim("s", "k", "e2", 49, 99));
        });
    write(
        () -> {
          assertEquals(0, ledger.forgetKeys(49));
          assertTrue(ledger.claim("s", "k", "e2", 50, 90));
          assertFalse(ledger.claim("s", "k", "e1", 50, 90));
          assertEquals(1, ledger.forgetKeys(70));
          assertEquals(1, ledger.forgetKeys(90));
        });
  }

  @Test
  void turnsOfAPaceComeAtItsRateAfterABurst() {
    Ledger ledger = journal.ledger();
    write(
        () -> {
          assertEquals(1_000, ledger.turn("p", 1_000, 100_000, 2));
          assertEquals(1_000, ledger.turn("p", 1_000, 100_000, 2));
          assertEquals(1_100, ledger.turn("p", 1_000, 100_000, 2));
        });
    write(
        () -> {
          assertEquals(1_200, ledger.turn("p", 1_050, 100_000, 2));
          assertEquals(1_050, ledger.turn("other", 1_050, 100_000, 2));
          assertEquals(9_000, ledger.turn("p", 9_000, 100_000, 2));
        });
  }

  @Test
  void aGroupIsHandedOverOrForsaken() {
    Ledger ledger = journal.ledger();
    write(
        () -> {
          ledger.add("s", "k", step("e1"), null, "1");
          ledger.add("s", "other", step("e2"), null, "1");
          ledger.handOver("s", "k", step("e3"));
          ledger.due("s", "k", 70);
          ledger.forsake(step("e1"));
          assertEquals(
              new Ledger.Gathering(Optional.of(step("e3")), 70L, 1, 1),
              ledger.gathering("s", "k").orElseThrow());
          ledger.forsake(step("e3"));
          assertEquals(Optional.empty(), ledger.gathering("s", "k").orElseThrow().owner());
          assertEquals(
              Optional.of(step("e2")), ledger.gathering("s", "other").orElseThrow().owner());
        });
  }

  @Test
  void aStepWaitsAsLongAsItsExecutionRuns() {
    accept("e1", "e2");
    write(
        () -> {
          journal.step(Rows.step("e1", "a", StepStatus.WAITING, null));
          journal.step(Rows.step("e2", "a", StepStatus.WAITING, null));
          journal.step(Rows.step("e2", "b", StepStatus.WAITING, null));
          assertTrue(journal.isWaiting("e1", "a"));
          assertFalse(journal.isWaiting("e1", "b"));
          journal.finish("e1", ExecutionStatus.FAILED, null, "{}", 5);
          journal.step(Rows.step("e2", "b", StepStatus.COMPLETED, "1"));
          assertFalse(journal.isWaiting("e1", "a"));
        });
    assertTrue(journal.isWaiting("e2", "a"));
    assertFalse(journal.isWaiting("e2", "b"));
    assertFalse(journal.isWaiting("e3", "a"));
  }

  @Test
  void addingToAGroupTakesTheSameHoweverManyValuesThereAre() {
    try (CountingDatabase database = new CountingDatabase(open(fresh()));
        Journal counted = new Journal(database)) {
      counted.begin();
      CountingDatabase.Work first = workOfAdding(counted, database, 1);
      workOfAdding(counted, database, 500);
      CountingDatabase.Work last = workOfAdding(counted, database, 1);

      assertEquals(first, last);
      assertEquals(new CountingDatabase.Work(2, 1), last);
      assertEquals(502, counted.ledger().close("s", "k").size());
    }
  }

  private static CountingDatabase.Work workOfAdding(
      Journal journal, CountingDatabase database, int values) {
    CountingDatabase.Work before = database.work();
    for (int i = 0; i < values; i++) {
      journal.ledger().add("s", "k", step("e"), null, "1");
    }
    return database.work().since(before);
  }

  /** The tables of this program's version. */
  private static Database open(StoreSettings settings) {
    Store.open(settings).close();
    return settings.match(SqliteDatabase::open, PostgresDatabase::open);
  }

  @Test
  void groupsOfAnOlderProgramAreCounted() throws SQLException {
    StoreSettings own = ofVersion(2);
    try (Connection connection = beside(own);
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO gathering VALUES ('s', 'k', 'e1', 'group', 70)");
      statement.execute("INSERT INTO gathered VALUES ('s', 'k', 0, '1'), ('s', 'k', 1, '\"ü\"')");
      statement.execute("INSERT INTO gathered VALUES ('s', 'l', 0, '1')");
    }

    try (Store upgraded = Store.open(own)) {
      Journal journal = upgraded.journal();
      journal.begin();
      assertEquals(
          new Ledger.Gathering(Optional.of(step("e1")), 70L, 3, 6),
          journal.ledger().add("s", "k", step("e2"), null, "3"));
      assertEquals(List.of("1", "\"ü\"", "3"), journal.ledger().close("s", "k"));
      journal.commit();
    }
  }

  @Test
  void executionsOfADeploymentAreCounted() {
    store.deployments().insert(Rows.deployment("d1", "/one"));
    store.deployments().insert(Rows.deployment("d2", "/two"));
    write(
        () -> {
          journal.counted("d1", 2, 50);
          journal.counted("d2", 1, 40);
          journal.counted("d1", 3, 45);
        });
    write(() -> journal.counted("d1", 1, 20));

    DeploymentRow row = store.deployments().byId("d1").orElseThrow();
    assertEquals(6, row.executionCount());
    assertEquals(50L, row.lastExecutionAt());
    assertEquals(1, store.deployments().byId("d2").orElseThrow().executionCount());
  }

  @Test
  void historyShowsTheNewestFirstInPages() {
    write(
        () -> {
          for (String id : List.of("e1", "e2", "e3", "e4", "e5")) {
            journal.accept(Rows.execution(id, "d1", null));
          }
          journal.accept(Rows.execution("e6", "d2", null));
          journal.finish("e2", ExecutionStatus.FAILED, null, "{}", 5);
          journal.finish("e3", ExecutionStatus.COMPLETED, "1", null, 5);
          journal.finish("e4", ExecutionStatus.FAILED, null, "{}", 5);
          journal.finish("e5", ExecutionStatus.CANCELLED, null, null, 5);
        });

    assertEquals(List.of("e5", "e4"), ids(HistoryQuery.newest("d1", 2)));
    assertEquals(List.of("e3", "e2"), ids(page("d1", null, "e4", 2)));
    assertEquals(List.of("e4", "e2"), ids(page("d1", ExecutionStatus.FAILED, null, 9)));
    assertEquals(List.of("e2"), ids(page("d1", ExecutionStatus.FAILED, "e4", 9)));
    assertEquals(List.of("e5"), ids(page("d1", ExecutionStatus.CANCELLED, null, 9)));
    assertEquals(List.of("e1"), ids(page("d1", ExecutionStatus.RUNNING, null, 9)));
    assertEquals(List.of("e6", "e5"), ids(page(null, null, null, 2)));
  }

  private static HistoryQuery page(
      String deployment, ExecutionStatus status, String before, int limit) {
    return new HistoryQuery(
        Optional.ofNullable(deployment),
        Optional.empty(),
        Optional.ofNullable(status),
        Optional.ofNullable(before),
        limit);
  }

  @Test
  void historyOfADesignIsThatOfAllItsRevisionsAndDeployments() {
    write(
        () -> {
          journal.accept(Rows.execution("e1", "d1", null));
          journal.accept(Rows.execution("e2", "d2", null));
          journal.accept(Rows.execution("e3", null, null));
          journal.accept(Rows.child("e4", "e3", "sub"));
          journal.accept(Rows.ofDesign("e5", "other"));
          journal.finish("e2", ExecutionStatus.FAILED, null, "{}", 5);
          journal.finish("e5", ExecutionStatus.FAILED, null, "{}", 5);
        });

    assertEquals(List.of("e4", "e3"), ids(ofDesign("design", null, null, 2)));
    assertEquals(List.of("e2", "e1"), ids(ofDesign("design", null, "e3", 2)));
    assertEquals(List.of("e2"), ids(ofDesign("design", ExecutionStatus.FAILED, null, 9)));
    assertEquals(List.of("e5", "e2"), ids(ofDesign(null, ExecutionStatus.FAILED, null, 9)));
    assertEquals(List.of(), ids(ofDesign("none", null, null, 9)));
  }

  private static HistoryQuery ofDesign(
      String design, ExecutionStatus status, String before, int limit) {
    return new HistoryQuery(
        Optional.empty(),
        Optional.ofNullable(design),
        Optional.ofNullable(status),
        Optional.ofNullable(before),
        limit);
  }

  @Test
  void aPromiseTakesATitleAndASchemaOnlyWhenItHasNone() {
    write(
        () -> {
          Ledger ledger = journal.ledger();
          ledger.create(Rows.promise("bare", null, null));
          ledger.create(Rows.promise("full", "Mine", "{}"));
          for (String id : List.of("bare", "full")) {
            ledger.complete(id, null, null);
            ledger.complete(id, "Theirs", null);
            ledger.complete(id, null, "true");
          }
        });

    PromiseRow bare = store.promises().byId("bare").orElseThrow();
    assertEquals(List.of("Theirs", "true"), List.of(bare.title(), bare.jsonSchema()));
    PromiseRow full = store.promises().byId("full").orElseThrow();
    assertEquals(List.of("Mine", "{}"), List.of(full.title(), full.jsonSchema()));
  }

  private List<String> ids(HistoryQuery query) {
    return store.executions().history(query).stream().map(ExecutionRow::id).toList();
  }

  @Test
  void recoveryPagesThroughWhatIsOpen() {
    accept("e1", "e2", "e3", "e4");
    write(() -> journal.finish("e2", ExecutionStatus.COMPLETED, "1", null, 5));

    assertEquals(List.of("e1", "e3"), open("", 2));
    assertEquals(List.of("e4"), open("e3", 2));
  }

  @Test
  void whatIsOpenIsToldWithItsPlan() {
    accept("e1", "e2", "e3");
    write(() -> journal.finish("e2", ExecutionStatus.COMPLETED, "1", null, 5));

    ExecutionRow first = store.executions().byId("e1").orElseThrow();
    assertEquals(
        List.of(new Executions.Open("e1", first.designId() + "@" + first.revision())),
        store.executions().openIdsAfter("", 1));
    assertEquals(
        List.of("e3"),
        store.executions().openIdsAfter("e1", 5).stream().map(Executions.Open::id).toList());
  }

  @Test
  void ofSomeExecutionsThoseThatHaveEndedAreFound() {
    accept("e1", "e2", "e3");
    write(() -> journal.finish("e2", ExecutionStatus.COMPLETED, "1", null, 5));
    write(() -> journal.finish("e3", ExecutionStatus.CANCELLED, null, "{}", 5));

    assertEquals(
        List.of("e2"),
        store.executions().ended(List.of("e1", "e2", "none")).stream()
            .map(ExecutionRow::id)
            .toList());
    assertEquals(List.of(), store.executions().ended(List.of()));
  }

  @Test
  void anyChangeOfTheDeploymentsChangesTheirFingerprint() {
    Set<String> seen = new HashSet<>();
    seen.add(store.deployments().fingerprint());
    store.deployments().insert(Rows.deployment("d1", "/one"));
    seen.add(store.deployments().fingerprint());
    store.deployments().status("d1", DeploymentStatus.INACTIVE, 9_000);
    seen.add(store.deployments().fingerprint());
    store.deployments().insert(Rows.deployment("d2", "/two"));
    seen.add(store.deployments().fingerprint());
    store.deployments().delete("d1");
    seen.add(store.deployments().fingerprint());

    assertEquals(5, seen.size());
  }

  private List<String> open(String after, int limit) {
    return store.executions().openAfter(after, limit).stream().map(ExecutionRow::id).toList();
  }

  @Test
  void idsAreOrderedByTheirBytes() {
    accept("a", "B", "_", "b", "A-1");

    assertEquals(List.of("A-1", "B", "_", "a", "b"), open("", 9));
  }

  @Test
  void aParentFindsItsChildren() {
    write(
        () -> {
          journal.accept(Rows.execution("e1"));
          journal.accept(Rows.child("e3", "e1", "call"));
          journal.accept(Rows.child("e2", "e1", "each[0]/call"));
          journal.accept(Rows.child("e4", "e9", "call"));
        });

    assertEquals(
        List.of("e2", "e3"),
        store.executions().children("e1").stream().map(ExecutionRow::id).toList());
  }

  @Test
  void everySaveOfADesignIsANewRevision() {
    assertEquals(1, store.designs().save("fibo", "Fibo", "one", "{}", 1));
    assertEquals(2, store.designs().save("fibo", "Fibo!", "two", "{\"m\":\"h\"}", 2));
    assertEquals(1, store.designs().save("other", "Other", "x", "{}", 3));

    DesignRow second = new DesignRow("fibo", 2, "Fibo!", "two", "{\"m\":\"h\"}", 2);
    assertEquals(Optional.of(second), store.designs().latest("fibo"));
    assertEquals("one", store.designs().at("fibo", 1).orElseThrow().document());
    assertEquals(Optional.empty(), store.designs().at("fibo", 3));
    assertEquals(Optional.empty(), store.designs().latest("none"));
    assertEquals(List.of(second), store.designs().list("", 1));
    assertEquals(
        List.of("other"), store.designs().list("fibo", 9).stream().map(DesignRow::id).toList());
  }

  @Test
  void savingADesignFromManySidesLosesNoRevision() throws Exception {
    List<List<Integer>> revisions =
        inParallel(
            4,
            () -> {
              List<Integer> mine = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                mine.add(store.designs().save("fibo", "Fibo", "x", "{}", 1));
              }
              return mine;
            });

    assertEquals(40, revisions.stream().flatMap(List::stream).distinct().count());
    assertEquals(40, store.designs().latest("fibo").orElseThrow().revision());
  }

  @Test
  void modulesAreFoundByHashAndByName() {
    byte[] content = {0, 97, 115, 109, -1};
    String hash = store.modules().put(content);
    assertEquals(hash, store.modules().put(content.clone()));
    String other = store.modules().put(new byte[] {1});
    store.modules().name("fibo", hash, 1);
    store.modules().name("other", hash, 1);
    store.modules().name("fibo", other, 2);

    assertArrayEquals(content, store.modules().get(hash).orElseThrow());
    assertEquals(Optional.of(other), store.modules().hashOf("fibo"));
    assertEquals(Map.of("fibo", other, "other", hash), store.modules().names());
    assertTrue(store.modules().get("none").isEmpty());
    assertEquals("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a", other);
  }

  @Test
  void anEndpointPathBelongsToOneDeployment() {
    store.deployments().insert(Rows.deployment("d1", "/one"));

    FaultException refusal =
        assertThrows(
            FaultException.class, () -> store.deployments().insert(Rows.deployment("d2", "/one")));

    assertEquals("deployment.path-taken", refusal.fault().code());
    assertTrue(refusal.fault().message().contains("/one"));
    assertEquals(Optional.empty(), store.deployments().byId("d2"));
  }

  @Test
  void aDeploymentChangesPartByPart() {
    store.deployments().insert(Rows.deployment("d1", "/one"));

    assertTrue(store.deployments().status("d1", DeploymentStatus.INACTIVE, 2));
    assertTrue(store.deployments().schedule("d1", "{\"cron\":\"0 0 * * * ?\"}", 3));
    assertTrue(store.deployments().revision("d1", 5, "New", 4));

    DeploymentRow expected =
        new DeploymentRow(
            "d1",
            "design",
            5,
            "New",
            "/one",
            DeploymentStatus.INACTIVE,
            "{\"cron\":\"0 0 * * * ?\"}",
            1_000,
            4,
            null,
            0);
    assertEquals(Optional.of(expected), store.deployments().byId("d1"));
    assertEquals(Optional.of(expected), store.deployments().byPath("/one"));
    assertTrue(store.deployments().schedule("d1", null, 5));
    assertEquals(null, store.deployments().byId("d1").orElseThrow().schedule());
    assertTrue(store.deployments().delete("d1"));
    assertFalse(store.deployments().delete("d1"));
    assertFalse(store.deployments().status("d1", DeploymentStatus.ACTIVE, 6));
    assertEquals(Optional.empty(), store.deployments().byId("d1"));
  }

  @Test
  void deploymentsAreListedInPagesAndStreamedWhole() {
    for (int i = 0; i < 1_200; i++) {
      store.deployments().insert(Rows.deployment("d%04d".formatted(i), "/path/" + i));
    }

    List<String> streamed = new ArrayList<>();
    store.deployments().all(row -> streamed.add(row.id()));

    assertEquals(1_200, streamed.size());
    assertEquals(streamed.stream().sorted().toList(), streamed);
    assertEquals(
        List.of("d0500", "d0501"),
        store.deployments().list("d0499", 2).stream().map(DeploymentRow::id).toList());
  }

  @Test
  void aMetaValueIsSetOnceOrReplaced() {
    assertEquals("a", store.meta().putIfAbsent("k", "a"));
    assertEquals("a", store.meta().putIfAbsent("k", "b"));
    store.meta().put("k", "c");
    assertEquals(Optional.of("c"), store.meta().get("k"));
    assertEquals(Optional.empty(), store.meta().get("none"));
  }

  @Test
  void readersSeeWholeTransactionsWhileTheJournalWrites() throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        readers.add(threads.submit(() -> readWhile(writing)));
      }
      Future<Integer> designer =
          threads.submit(
              () -> {
                int saved = 0;
                while (writing.get()) {
                  saved = store.designs().save("busy", "Busy", "x", "{}", 1);
                }
                return saved;
              });

      for (int i = 0; i < 600; i++) {
        String id = "e%05d".formatted(i);
        write(
            () -> {
              journal.accept(Rows.execution(id, "d1", null));
              for (String path : List.of("a", "b", "c")) {
                journal.step(Rows.step(id, path, StepStatus.COMPLETED, "1"));
              }
              journal.finish(id, ExecutionStatus.COMPLETED, "1", null, 5);
            });
      }
      writing.set(false);

      for (Future<Integer> reader : readers) {
        assertTrue(reader.get() > 0);
      }
      assertTrue(designer.get() > 0, "the journal starves other writers");
    } finally {
      writing.set(false);
      threads.shutdownNow();
    }
    assertEquals(600, store.executions().history(HistoryQuery.newest("d1", 1_000)).size());
  }

  private int readWhile(AtomicBoolean writing) {
    int seen = 0;
    while (writing.get() || seen == 0) {
      for (ExecutionRow row : store.executions().history(HistoryQuery.newest("d1", 5))) {
        assertEquals(ExecutionStatus.COMPLETED, row.status());
        assertEquals(3, store.executions().steps(row.id()).size());
        seen++;
      }
    }
    return seen;
  }

  private static <T> List<T> inParallel(int threads, java.util.concurrent.Callable<T> work)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(java.util.Collections.nCopies(threads, work))) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }
}
