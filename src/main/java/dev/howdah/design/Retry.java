package dev.howdah.design;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How often and when a failed attempt of a block is tried again.
 *
 * @param maxAttempts attempts in all, the first included; 1 means never again
 * @param backoff the wait before the second attempt
 * @param multiplier by how much each wait is longer than the one before
 * @param maxBackoff the longest wait before jitter
 * @param jitter the part of the wait that is random, from 0 to 1: 0.2 means 20 per cent more or
 *     less
 * @param on the faults to retry, as codes or as prefixes ending in {@code *}; when empty, every
 *     fault that says of itself that it is retryable
 */
public record Retry(
    @Doc("attempts in all, the first included; 1 means never again") @Default("5") int maxAttempts,
    @Doc("the wait before the second attempt") @Default("1s") Duration backoff,
    @Doc("by how much each wait is longer than the one before") @Default("2") double multiplier,
    @Doc("the longest wait before jitter") @Default("1m") Duration maxBackoff,
    @Doc("the part of the wait that is random, from 0 to 1") @Default("0.2") double jitter,
    @Doc("the faults to retry, as codes or as prefixes ending in *; every retryable one if empty")
        @Default("[]")
        List<String> on) {

  /** What a block has that says nothing about retries. */
  public static final Retry DEFAULT =
      new Retry(5, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2, List.of());

  /** One attempt and no more. */
  public static final Retry NEVER =
      new Retry(1, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2, List.of());

  public Retry {
    Objects.requireNonNull(backoff, "backoff");
    Objects.requireNonNull(maxBackoff, "maxBackoff");
    on = List.copyOf(on);
    if (maxAttempts < 1 || maxAttempts > 1000) {
      throw new IllegalArgumentException("maxAttempts is from 1 to 1000");
    }
    if (!(multiplier >= 1 && multiplier <= 100)) {
      throw new IllegalArgumentException("multiplier is from 1 to 100");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter is from 0 to 1");
    }
    if (maxBackoff.compareTo(backoff) < 0) {
      throw new IllegalArgumentException("maxBackoff is at least backoff");
    }
  }

  /**
   * Whether a fault is one of those to retry.
   *
   * @param code the fault's code
   * @param retryable what the fault says of itself; counts only when {@link #on} is empty
   */
  public boolean covers(String code, boolean retryable) {
    return on.isEmpty() ? retryable : FaultCodes.cover(on, code);
  }

  /**
   * The wait after a failed attempt.
   *
   * @param attempt the attempt that failed, from 1
   * @param random from 0 (inclusive) to 1 (exclusive); 0.5 means no jitter
   */
  public Duration waitAfter(int attempt, double random) {
    double longest = maxBackoff.toNanos();
    double nanos = Math.min(longest, backoff.toNanos() * Math.pow(multiplier, attempt - 1.0));
    return Duration.ofNanos((long) (nanos * (1 + jitter * (2 * random - 1))));
  }
}
