package dev.howdah.node;

import dev.howdah.deploy.Deployments;
import dev.howdah.engine.Daemons;
import dev.howdah.store.Store;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the deployments again when another node has changed them, about a second later. */
final class DeploymentWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentWatch.class);
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final Store store;
  private final Deployments deployments;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-deployments"));

  /** Used by the thread only. */
  private String seen = "";

  DeploymentWatch(Store store, Deployments deployments) {
    this.store = store;
    this.deployments = deployments;
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      String now = store.deployments().fingerprint();
      if (!now.equals(seen)) {
        deployments.load();
        // Asked before the reading, so that what changes meanwhile is read next time.
        seen = now;
      }
    } catch (RuntimeException e) {
      LOG.warn("What other nodes have deployed is not known yet: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
