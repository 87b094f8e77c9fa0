package dev.howdah.bench;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/** A number of callers, each of whom calls again as soon as it has its answer. */
final class Load {
  /** One call; throws when the answer is wrong. */
  interface Call {
    void call() throws Exception;
  }

  private Load() {}

  /**
   * Calls for some time.
   *
   * @param caller makes the call of a caller, which has connections of its own
   */
  static Figures run(int callers, double seconds, IntFunction<Call> caller) throws Exception {
    long[][] nanos = new long[callers][];
    int[] counts = new int[callers];
    CountDownLatch ready = new CountDownLatch(callers);
    CountDownLatch done = new CountDownLatch(callers);
    AtomicReference<Exception> failure = new AtomicReference<>();
    AtomicReference<Long> end = new AtomicReference<>(Long.MAX_VALUE);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < callers; i++) {
      int index = i;
      Thread thread =
          new Thread(
              () -> {
                long[] own = new long[1 << 12];
                int count = 0;
                try {
                  Call call = caller.apply(index);
                  ready.countDown();
                  go.await();
                  long until = end.get();
                  for (long start = System.nanoTime(); start < until; ) {
                    call.call();
                    long now = System.nanoTime();
                    if (count == own.length) {
                      own = Arrays.copyOf(own, count * 2);
                    }
                    own[count++] = now - start;
                    start = now;
                  }
                } catch (Exception e) {
                  failure.compareAndSet(null, e);
                } finally {
                  nanos[index] = own;
                  counts[index] = count;
                  ready.countDown();
                  done.countDown();
                }
              },
              "caller-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    ready.await();
    long begin = System.nanoTime();
    end.set(begin + (long) (seconds * 1e9));
    go.countDown();
    done.await();
    // Calls under way at the end are finished, which is long when the calls are.
    double took = (System.nanoTime() - begin) / 1e9;
    if (failure.get() != null) {
      throw failure.get();
    }
    int total = Arrays.stream(counts).sum();
    long[] all = new long[total];
    int at = 0;
    for (int i = 0; i < callers; i++) {
      System.arraycopy(nanos[i], 0, all, at, counts[i]);
      at += counts[i];
    }
    return Figures.of(all, total, took);
  }
}
