package dev.howdah.engine.flow;

import dev.howdah.design.Retry;
import dev.howdah.fault.Fault;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Decides whether a failed attempt is followed by another, and how much later. */
final class RetryDelay {
  private RetryDelay() {}

  /**
   * @param attempt the one that failed, counted from 1
   * @param random uniform in [0, 1)
   * @return empty when the fault is final; never shorter than what the called side asked for
   */
  static Optional<Duration> after(Retry retry, int attempt, Fault fault, DoubleSupplier random) {
    if (attempt >= retry.maxAttempts() || !retry.covers(fault.code(), fault.retryable())) {
      return Optional.empty();
    }
    Duration delay = retry.waitAfter(attempt, random.getAsDouble());
    return Optional.of(
        fault.retryAfter().filter(asked -> asked.compareTo(delay) > 0).orElse(delay));
  }
}
