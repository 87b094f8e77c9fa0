package dev.howdah.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.Daemons;
import dev.howdah.engine.transport.Control;
import dev.howdah.json.Json;
import dev.howdah.store.DesignRow;
import dev.howdah.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells workers of designs. A design is saved first and told of then, so a process that dies in
 * between leaves one behind that no worker knows: up to when everything was told is therefore kept
 * in the database, and at the start what came later is told again. On a log that is new to this
 * node that is everything.
 */
final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final String TOLD = "control.told.";
  private static final int PAGE = 100;
  private static final long AGAIN_MILLIS = 500;

  /** Longer than a message may be under way before it counts as not sent. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final Store store;
  private final Control control;
  private final String key;
  private final String cluster;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-announce"));

  /** Used by the thread only. */
  private boolean caughtUp;

  /**
   * @param node the name of this process; the same after a restart
   * @param cluster the id of the Kafka cluster
   */
  Announcer(Store store, Control control, String node, String cluster, InstantSource clock) {
    this.store = store;
    this.control = control;
    this.key = TOLD + node;
    this.cluster = cluster;
    this.clock = clock;
  }

  /** Tells in the background what an earlier process of this node may not have told. */
  void catchUp() {
    thread.execute(this::tellAll);
  }

  /** A revision was saved just now. */
  void saved(String plan, String document, JsonNode modules) {
    tell(plan, document, modules, clock.millis());
  }

  private void tell(String plan, String document, JsonNode modules, long at) {
    control
        .design(plan, document, modules)
        .whenComplete(
            (told, failure) -> {
              if (failure == null) {
                later(() -> remember(at), 0);
              } else {
                later(() -> tell(plan, document, modules, at), AGAIN_MILLIS);
              }
            });
  }

  private void later(Runnable task, long millis) {
    try {
      thread.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Stopped; the next start goes on from what is remembered.");
    }
  }

  private void tellAll() {
    try {
      long from = clock.millis();
      long since = toldUntil();
      String after = "";
      List<DesignRow> page;
      do {
        page = store.designs().savedSince(since, after, PAGE);
        for (DesignRow row : page) {
          after = row.id() + "@" + row.revision();
          // One by one, so that the designs need not all be in memory.
          control.design(after, row.document(), Json.trusted(row.modules())).join();
        }
      } while (page.size() == PAGE);
      caughtUp = true;
      remember(from);
    } catch (RuntimeException e) {
      LOG.warn("Workers are not told of all designs yet: {}", e.getMessage());
      later(this::tellAll, AGAIN_MILLIS);
    }
  }

  /** Everything saved before that time is known to have been told; 0 when nothing is known. */
  private long toldUntil() {
    return store
        .meta()
        .get(key)
        .map(value -> value.split(" ", -1))
        .filter(parts -> parts[0].equals(cluster))
        .map(parts -> Long.parseLong(parts[1]) - SLACK.toMillis())
        .orElse(0L);
  }

  /** As long as older ones are not all told, that a newer one is says nothing. */
  private void remember(long at) {
    if (!caughtUp) {
      return;
    }
    try {
      store.meta().put(key, cluster + " " + at);
    } catch (RuntimeException e) {
      LOG.debug("What was told is told again at the next start.", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
