package dev.howdah.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Measures the start of a server. */
final class Start {
  private static final int ROUNDS = 5;
  private static final long IDLE_MILLIS = 10_000;

  private Start() {}

  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    double[] fresh = new double[ROUNDS];
    double[] used = new double[ROUNDS];
    long memory = 0;
    try (Scratch scratch = Scratch.make()) {
      for (int i = 0; i < ROUNDS; i++) {
        Path data = scratch.in("round-" + i).resolve("data");
        fresh[i] = start(data, 0)[0];
        double[] again = start(data, i == ROUNDS - 1 ? IDLE_MILLIS : 0);
        used[i] = again[0];
        memory = Math.max(memory, (long) again[1]);
        System.out.printf(
            "round %d: new data directory %.0f ms, used %.0f ms%n", i + 1, fresh[i], used[i]);
      }
    }
    System.out.printf(
        "first_start_ms=%.0f start_ms=%.0f idle_mb=%d%n", median(fresh), median(used), memory);
  }

  /** Milliseconds until it answers, and megabytes when it has been idle. */
  private static double[] start(Path data, long idleMillis) throws Exception {
    long from = System.nanoTime();
    try (HowdahProcess serve = HowdahProcess.serve(data, 0)) {
      double took = (System.nanoTime() - from) / 1e6;
      Thread.sleep(idleMillis);
      return new double[] {took, serve.residentMegabytes()};
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
