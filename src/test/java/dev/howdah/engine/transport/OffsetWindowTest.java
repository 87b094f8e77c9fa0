package dev.howdah.engine.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** What may be committed is what is done without a gap, whoever is done first. */
class OffsetWindowTest {
  private static final long NO_NEWS = -1;

  private final OffsetWindow window = new OffsetWindow(5);

  @Test
  void hasNoNewsBeforeAnythingIsDone() {
    assertEquals(NO_NEWS, window.takeCommit());
    window.polled(5);

    assertEquals(NO_NEWS, window.takeCommit());
    assertEquals(1, window.size());
  }

  @Test
  void commitsBehindTheLastThatIsDone() {
    window.polled(5).run();
    window.polled(6).run();

    assertEquals(7, window.takeCommit());
    assertEquals(NO_NEWS, window.takeCommit());
    assertEquals(0, window.size());
  }

  @Test
  void stopsAtTheFirstThatIsNotDone() {
    Runnable first = window.polled(5);
    Runnable second = window.polled(6);
    window.polled(7).run();
    assertEquals(NO_NEWS, window.takeCommit());
    first.run();
    assertEquals(6, window.takeCommit());

    second.run();

    assertEquals(8, window.takeCommit());
  }

  @Test
  void offsetsThatWereNeverPolledAreNoGap() {
    Runnable first = window.polled(5);
    Runnable later = window.polled(9);
    first.run();
    assertEquals(9, window.takeCommit());

    later.run();

    assertEquals(10, window.takeCommit());
  }

  @Test
  void beingDoneTwiceIsBeingDone() {
    Runnable first = window.polled(5);
    window.polled(6);
    first.run();
    first.run();

    assertEquals(6, window.takeCommit());
    assertEquals(1, window.size());
  }

  @Test
  void aCommitThatFailedIsNewsAgain() {
    window.polled(5).run();
    assertEquals(6, window.takeCommit());

    window.notCommitted();

    assertEquals(6, window.takeCommit());
    assertEquals(NO_NEWS, window.takeCommit());
  }

  @Test
  void neverPassesWhatOtherThreadsHaveNotDone() throws Exception {
    int records = 20_000;
    OffsetWindow busy = new OffsetWindow(0);
    List<Runnable> open = new ArrayList<>();
    AtomicIntegerArray begun = new AtomicIntegerArray(records);
    for (int i = 0; i < records; i++) {
      int offset = i;
      Runnable done = busy.polled(i);
      open.add(
          () -> {
            begun.set(offset, 1);
            done.run();
          });
    }
    Collections.shuffle(open, new Random(1));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      open.forEach(done -> running.add(threads.submit(done)));
      long mark = 0;
      while (mark < records) {
        long before = mark;
        long news = busy.takeCommit();
        mark = news == NO_NEWS ? mark : news;
        assertTrue(mark >= before, "the mark went back");
        for (long i = before; i < mark; i++) {
          assertEquals(1, begun.get((int) i), "passed a record that is not done");
        }
      }
      for (Future<?> done : running) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(0, busy.size());
  }
}
