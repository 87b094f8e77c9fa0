package dev.howdah.engine;

import dev.howdah.engine.flow.Partial;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Sends what one stage tells while it runs, gathered for a tenth of a second: a message costs the
 * same however short its text is. Thread-safe.
 */
final class PartialSender implements Consumer<Partial> {
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MOST_GATHERED = 2_000;

  private final Consumer<Partial> send;
  private final LongSupplier nanos;
  private final StringBuilder text = new StringBuilder();
  private Partial last;
  private long sentAt;

  /**
   * @param nanos a monotonic clock in nanoseconds
   */
  PartialSender(Consumer<Partial> send, LongSupplier nanos) {
    this.send = send;
    this.nanos = nanos;
    this.sentAt = nanos.getAsLong() - GATHER_NANOS;
  }

  @Override
  public synchronized void accept(Partial partial) {
    if (last != null && !last.path().equals(partial.path())) {
      flush();
    }
    last = partial;
    text.append(partial.text());
    if (nanos.getAsLong() - sentAt >= GATHER_NANOS || text.length() >= MOST_GATHERED) {
      flush();
    }
  }

  /** Sends what is left. */
  synchronized void flush() {
    if (text.isEmpty()) {
      return;
    }
    Partial all = new Partial(last.execution(), last.path(), last.attempt(), text.toString());
    text.setLength(0);
    sentAt = nanos.getAsLong();
    send.accept(all);
  }
}
