package dev.howdah.node;

import dev.howdah.engine.Daemons;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the files of executions that nobody needs any more, at the start and now and then. */
final class DirectorySweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectorySweep.class);
  private static final long EVERY_MINUTES = 10;

  private final ScheduledExecutorService sweeping =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-sweep-files"));

  private DirectorySweep() {}

  /** Begins to sweep, on a thread of its own. */
  static DirectorySweep start(Runnable sweep) {
    DirectorySweep started = new DirectorySweep();
    started.sweeping.scheduleWithFixedDelay(
        () -> guarded(sweep), 0, EVERY_MINUTES, TimeUnit.MINUTES);
    return started;
  }

  private static void guarded(Runnable sweep) {
    try {
      sweep.run();
    } catch (RuntimeException e) {
      LOG.warn("Old files of executions stay until the next sweep: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    sweeping.shutdownNow();
  }
}
