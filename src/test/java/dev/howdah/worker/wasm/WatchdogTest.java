package dev.howdah.worker.wasm;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  @Test
  void interruptsAThreadWhoseTimeIsUpAndSaysSo() {
    try (Watchdog watchdog = new Watchdog("test-watchdog")) {
      Watch watch = watchdog.watch(TimeUnit.MILLISECONDS.toNanos(20));
      while (!Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      }
      assertTrue(watch.end());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void wakesUpAgainAfterItHasBeenIdle() {
    try (Watchdog watchdog = new Watchdog("test-watchdog-idle")) {
      await()
          .until(
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .anyMatch(
                          t ->
                              t.getName().equals("test-watchdog-idle")
                                  && t.getState() == Thread.State.WAITING));
      Watch watch = watchdog.watch(1);
      while (!Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      }
      assertTrue(watch.end());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void neverTouchesAThreadWhoseWatchHasEnded() {
    Watch watch = new Watch(Thread.currentThread(), 1_000);
    assertFalse(watch.isOver(999));
    assertFalse(watch.end());
    assertTrue(watch.isOver(1_001), "to be forgotten");
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void doesNotTakeACancelForATimeout() {
    Thread.currentThread().interrupt();
    Watch watch = new Watch(Thread.currentThread(), 1_000);
    assertTrue(watch.isOver(1_001));
    assertFalse(watch.end());
    assertTrue(Thread.interrupted());
  }
}
