package dev.howdah.bench;

import java.util.Arrays;

/**
 * What a load came to.
 *
 * @param perSecond completed calls per second
 * @param p50 median latency in milliseconds
 * @param p99 99th percentile of the latency in milliseconds
 */
record Figures(double perSecond, double p50, double p99) {
  static Figures of(long[] nanos, int count, double seconds) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Figures(
        count / seconds, sorted[count / 2] / 1e6, sorted[(int) (count * 0.99)] / 1e6);
  }

  String row(String name, Figures one) {
    String rate = (perSecond < 100 ? "%.1f" : "%.0f").formatted(perSecond);
    return "%-44s %9.2f %9.2f %12s %9.2f %9.2f"
        .formatted(name, one.p50(), one.p99(), rate, p50, p99);
  }

  /** The head of a table of {@link #row rows}, whose second half is with so many callers. */
  static String header(int callers) {
    return "%-44s %9s %9s %12s %9s %9s"
        .formatted("", "1: p50 ms", "p99 ms", callers + ": calls/s", "p50 ms", "p99 ms");
  }
}
