package dev.howdah.store;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures the journal: executions of three steps, accepted and ended in the transaction, at 1 and
 * at 32 executions a transaction. Not a test; run its main with the test class path. Prints a table
 * for {@code docs/decisions/sqlite-synchronous.md}.
 */
final class JournalBench {
  private static final long WARM_UP_NS = 4_000_000_000L;
  private static final long MEASURE_NS = 6_000_000_000L;
  private static final String OUTPUT = "{\"text\":\"" + "x".repeat(80) + "\"}";

  private JournalBench() {}

  public static void main(String[] args) {
    System.out.println(
        "| Database | executions a transaction | transactions/s | executions/s | p50 ms | p99 ms |"
            + " CPU us an execution |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int round = 0; round < Integer.parseInt(args.length > 0 ? args[0] : "1"); round++) {
      for (int size : new int[] {1, 32}) {
        for (var synchronous : StoreSettings.Synchronous.values()) {
          var settings = new StoreSettings.Sqlite(TestDirectories.fresh(), synchronous);
          measure("SQLite " + synchronous, settings, size);
        }
        measure("PostgreSQL", PostgresServer.fresh(), size);
      }
    }
    System.exit(0);
  }

  private static void measure(String name, StoreSettings settings, int size) {
    try (Store store = Store.open(settings)) {
      Run run = new Run(store.journal(), size);
      run.until(System.nanoTime() + WARM_UP_NS);
      run.latencies = new long[1 << 20];
      run.transactions = 0;
      long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      long start = System.nanoTime();
      run.until(start + MEASURE_NS);
      double seconds = (System.nanoTime() - start) / 1e9;
      cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
      long[] sorted = Arrays.copyOf(run.latencies, run.transactions);
      Arrays.sort(sorted);
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.0f | %.0f | %.2f | %.2f | %.0f |%n",
          name,
          size,
          run.transactions / seconds,
          run.transactions * size / seconds,
          sorted[sorted.length / 2] / 1e6,
          sorted[sorted.length * 99 / 100] / 1e6,
          cpu / 1e3 / run.transactions / size);
    }
  }

  private static final class Run {
    private final Journal journal;
    private final int size;
    private long[] latencies = new long[1 << 20];
    private int transactions;
    private long next;

    Run(Journal journal, int size) {
      this.journal = journal;
      this.size = size;
    }

    void until(long end) {
      for (long now = System.nanoTime(); now < end; ) {
        transaction();
        long then = System.nanoTime();
        latencies[transactions++] = then - now;
        now = then;
      }
    }

    private void transaction() {
      journal.begin();
      for (int i = 0; i < size; i++) {
        String id = "%016x".formatted(next++);
        journal.accept(Rows.execution(id, "d1", null));
        journal.step(Rows.step(id, "first", StepStatus.COMPLETED, OUTPUT));
        journal.step(Rows.step(id, "second", StepStatus.COMPLETED, OUTPUT));
        journal.step(Rows.step(id, "third", StepStatus.COMPLETED, OUTPUT));
        journal.finish(id, ExecutionStatus.COMPLETED, OUTPUT, null, 2_000);
      }
      journal.counted("d1", size, 2_000);
      journal.commit();
    }
  }
}
