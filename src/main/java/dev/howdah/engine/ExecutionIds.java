package dev.howdah.engine;

import dev.howdah.engine.transport.Partitions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.IntPredicate;

/**
 * Makes ids of executions: 26 characters, ordered by time, unique without asking anybody, and of a
 * partition this node reads, so that it works on what it accepts. Thread-safe.
 */
final class ExecutionIds {
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int TRIES = 1_000;

  private final InstantSource clock;
  private final SecureRandom seed = new SecureRandom();
  private final java.util.SplittableRandom random = new java.util.SplittableRandom(seed.nextLong());
  private final long nodeBits = seed.nextLong();
  private final int partitions;
  private final IntPredicate owned;
  private long lastMillis;
  private int count;

  ExecutionIds(InstantSource clock, int partitions, IntPredicate owned) {
    this.clock = clock;
    this.partitions = partitions;
    this.owned = owned;
  }

  /** An id of a partition of this node, or of any while it reads none. */
  synchronized String next() {
    String id = make();
    for (int i = 0; i < TRIES && !owned.test(Partitions.of(id, partitions)); i++) {
      id = make();
    }
    return id;
  }

  /** 48 bits of time, 16 of a count within the millisecond, 66 that nobody else has. */
  private String make() {
    long millis = Math.max(clock.millis(), lastMillis);
    if (millis > lastMillis) {
      lastMillis = millis;
      count = 0;
    } else if (++count > 0xffff) {
      lastMillis = ++millis;
      count = 0;
    }
    char[] id = new char[26];
    encode(id, 0, 10, millis);
    encode(id, 10, 4, count & 0xffffL);
    encode(id, 14, 6, nodeBits);
    encode(id, 20, 6, random.nextLong());
    return new String(id);
  }

  private static void encode(char[] id, int from, int length, long value) {
    long rest = value;
    for (int i = from + length - 1; i >= from; i--) {
      id[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
