package dev.howdah.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** PostgreSQL that is away, says no, or goes away; and several nodes on one database. */
final class PostgresConnectionTest {
  private static final Duration QUICKLY = Duration.ofSeconds(8);

  @Test
  void aServerThatIsNotThereIsReportedQuickly() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    FaultException fault = refusal("jdbc:postgresql://127.0.0.1:" + port + "/x?password=hidden");

    assertEquals("store.unreachable", fault.fault().code());
    assertTrue(fault.fault().retryable());
    assertTrue(fault.getMessage().contains("127.0.0.1:" + port), fault.getMessage());
    assertFalse(fault.getMessage().contains("hidden"), fault.getMessage());
  }

  @Test
  void aServerThatNeverAnswersIsReportedQuickly() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      FaultException fault = refusal("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x");

      assertEquals("store.unreachable", fault.fault().code());
    }
  }

  @Test
  void aDatabaseThatDoesNotExistIsDenied() {
    String url = PostgresServer.fresh().url();

    FaultException fault = refusal(url + "nowhere");

    assertEquals("store.denied", fault.fault().code());
    assertFalse(fault.fault().retryable());
  }

  private static FaultException refusal(String url) {
    var settings = new StoreSettings.Postgres(url, "postgres", "secret");
    return assertTimeoutPreemptively(
        QUICKLY, () -> assertThrows(FaultException.class, () -> Store.open(settings)));
  }

  @Test
  void settingsNeverShowThePassword() {
    var settings =
        new StoreSettings.Postgres("jdbc:postgresql://h/x?password=hidden", "me", "secret");

    assertEquals("Postgres[jdbc:postgresql://h/x, user=me]", settings.toString());
  }

  @Test
  void rewrittenBatchesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new StoreSettings.Postgres(
                "jdbc:postgresql://h/x?reWriteBatchedInserts=true", "me", ""));
  }

  @Test
  void theJournalConnectsAgainAfterItsConnectionBroke() {
    var settings = PostgresServer.fresh();
    try (Store store = Store.open(settings)) {
      Journal journal = store.journal();
      journal.begin();
      journal.step(Rows.step("e1", "a", StepStatus.COMPLETED, "1"));
      journal.commit();
      PostgresServer.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = '"
              + settings.url().substring(settings.url().lastIndexOf('/') + 1)
              + "' AND query ILIKE '%COMMIT%'");

      journal.begin();
      journal.step(Rows.step("e2", "a", StepStatus.COMPLETED, "1"));
      FaultException broken = assertThrows(FaultException.class, journal::commit);
      assertEquals("store.write", broken.fault().code());
      assertTrue(broken.fault().retryable());
      journal.rollback();

      journal.begin();
      journal.step(Rows.step("e2", "a", StepStatus.COMPLETED, "1"));
      assertEquals(new CommitResult(0, List.of()), journal.commit());
      assertEquals(1, store.executions().steps("e2").size());
    }
  }

  @Test
  void aTextThatPostgresCannotHoldIsNotRetried() {
    try (Store store = Store.open(PostgresServer.fresh())) {
      Journal journal = store.journal();
      journal.begin();
      journal.step(Rows.step("e1", "zero\u0000byte", StepStatus.COMPLETED, "1"));

      FaultException fault = assertThrows(FaultException.class, journal::commit);

      assertEquals("store.write", fault.fault().code());
      assertFalse(fault.fault().retryable());
      assertThrows(IllegalStateException.class, journal::commit, "half a batch must not stay");
      journal.rollback();
      assertEquals(List.of(), journal.steps("e1"));
    }
  }

  @Test
  void twoNodesShareOneDatabase() throws Exception {
    StoreSettings settings = PostgresServer.fresh();
    try (Store one = Store.open(settings);
        Store two = Store.open(settings)) {
      one.deployments().insert(Rows.deployment("d1", "/one"));
      List<Integer> accepted = inParallel(() -> acceptKeys(one, "n1"), () -> acceptKeys(two, "n2"));

      assertEquals(100, accepted.stream().mapToInt(Integer::intValue).sum());
      assertEquals(100, one.deployments().byId("d1").orElseThrow().executionCount());
      assertEquals(100, two.executions().history(HistoryQuery.newest("d1", 1_000)).size());
    }
  }

  /** Accepts the keys 0 to 99, one a transaction; gives how many were not taken by then. */
  private static int acceptKeys(Store store, String node) {
    Journal journal = store.journal();
    int accepted = 0;
    for (int key = 0; key < 100; key++) {
      journal.begin();
      String id = "e%03d-%s".formatted(key, node);
      if (journal.accept(Rows.execution(id, "d1", "key" + key))) {
        journal.counted("d1", 1, key);
        accepted++;
      } else {
        Optional<String> holder = journal.executionOf("d1", "key" + key);
        assertTrue(holder.isPresent() && !holder.get().equals(id));
      }
      journal.commit();
    }
    return accepted;
  }

  @Test
  void twoNodesMayOpenAnEmptyDatabaseAtOnce() throws Exception {
    StoreSettings settings = PostgresServer.fresh();

    List<Integer> versions = inParallel(() -> openAndClose(settings), () -> openAndClose(settings));

    assertEquals(List.of(1, 1), versions);
  }

  private static int openAndClose(StoreSettings settings) {
    try (Store store = Store.open(settings)) {
      return store.meta().putIfAbsent("k", "v").length();
    }
  }

  @Test
  void twoNodesThatBeginTheSameGroupAtOnceShareIt() throws Exception {
    StoreSettings settings = PostgresServer.fresh();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Store one = Store.open(settings);
        Store two = Store.open(settings)) {
      one.journal().begin();
      add(one, "e1", "1");

      Future<List<String>> other =
          thread.submit(
              () -> {
                two.journal().begin();
                String owner = add(two, "e2", "2").owner().orElseThrow().execution();
                List<String> values = two.journal().ledger().close("s", "k");
                two.journal().commit();
                return List.of(owner, values.toString());
              });
      assertThrows(TimeoutException.class, () -> other.get(300, TimeUnit.MILLISECONDS));
      one.journal().commit();

      assertEquals(List.of("e1", "[1, 2]"), other.get(10, TimeUnit.SECONDS));
    } finally {
      thread.shutdownNow();
    }
  }

  private static Ledger.Gathering add(Store store, String execution, String value) {
    return store.journal().ledger().add("s", "k", new Ledger.Waiter(execution, "p"), null, value);
  }

  @Test
  void aPromiseSettledAtOneNodeWhileAnotherBeginsToWaitTellsTheWaiter() throws Exception {
    StoreSettings settings = PostgresServer.fresh();
    PromiseRow pending =
        new PromiseRow(
            "p1", null, null, PromiseStatus.PENDING, null, null, null, 1_000, null, null);
    Ledger.Waiter waiter = new Ledger.Waiter("e1", "p");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Store one = Store.open(settings);
        Store two = Store.open(settings)) {
      one.journal().begin();
      one.journal().ledger().create(pending);
      one.journal().commit();
      one.journal().begin();
      assertTrue(one.journal().ledger().await("p1", waiter));

      Future<List<Ledger.Waiter>> told =
          thread.submit(
              () -> {
                two.journal().begin();
                assertTrue(
                    two.journal()
                        .ledger()
                        .settle(pending.settled(PromiseStatus.RESOLVED, "1", 2_000)));
                List<Ledger.Waiter> waiters = two.journal().ledger().takeWaiters("p1");
                two.journal().commit();
                return waiters;
              });
      assertThrows(TimeoutException.class, () -> told.get(300, TimeUnit.MILLISECONDS));
      one.journal().commit();

      assertEquals(List.of(waiter), told.get(10, TimeUnit.SECONDS));
      one.journal().begin();
      assertFalse(one.journal().ledger().await("p1", waiter));
      one.journal().rollback();
    } finally {
      thread.shutdownNow();
    }
  }

  private static List<Integer> inParallel(Callable<Integer> one, Callable<Integer> two)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Integer> first = threads.submit(one);
      Future<Integer> second = threads.submit(two);
      return List.of(first.get(), second.get());
    } finally {
      threads.shutdownNow();
    }
  }
}
