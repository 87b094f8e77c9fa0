package dev.howdah.engine.transport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.Topics;
import dev.howdah.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what engines say on the control topic, from its beginning and for as long as it is open.
 * The counterpart of {@link Control}.
 */
public final class ControlReader implements AutoCloseable {
  /** Gets what engines say, in order, on the reader's thread; must not block. */
  public interface Listener {
    /**
     * @param plan {@code design@revision}
     * @param report what {@link Control#design} wrote
     */
    void design(String plan, byte[] report);

    /** A revision is gone for good. */
    void designGone(String plan);

    void engine(String node, String url);

    void cancel(String execution);

    /** One stage of an execution that goes on. */
    void cancel(String execution, String path);

    /** The broker has lost its log and begun a new one: all that was known of it is void. */
    void newLog();
  }

  private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
  private static final TopicPartition CONTROL = new TopicPartition(Topics.CONTROL, 0);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Listener listener;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param clientId names the process in the broker's logs
   */
  public ControlReader(ClusterAccess cluster, String clientId, Listener listener) {
    this.listener = listener;
    this.consumer =
        new KafkaConsumer<>(
            Clients.reader(cluster, clientId),
            new ClusterWatch(listener),
            new ByteArrayDeserializer());
    this.thread = new Thread(this::run, "howdah-control");
  }

  public void start() {
    thread.start();
  }

  /** Waits until all is read that there was at the start; false when that takes longer. */
  public boolean awaitCaughtUp(Duration most) throws InterruptedException {
    return caughtUp.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      consumer.assign(List.of(CONTROL));
      consumer.seekToBeginning(List.of(CONTROL));
      long end = -1;
      while (!closing) {
        try {
          end = end < 0 ? consumer.endOffsets(List.of(CONTROL)).get(CONTROL) : end;
          consumer.poll(POLL).forEach(this::tell);
          if (caughtUp.getCount() > 0 && consumer.position(CONTROL) >= end) {
            caughtUp.countDown();
          }
        } catch (WakeupException e) {
          LOG.debug("Reading {} ends.", Topics.CONTROL);
        } catch (KafkaException e) {
          LOG.warn("Reading {} failed and is tried again: {}", Topics.CONTROL, e.getMessage());
          LockSupport.parkNanos(AGAIN_NANOS);
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private void tell(ConsumerRecord<String, byte[]> record) {
    String key = record.key() == null ? "" : record.key();
    try {
      if (key.startsWith(Control.DESIGN)) {
        design(key.substring(Control.DESIGN.length()), record.value());
      } else if (key.startsWith(Control.ENGINE) && record.value() != null) {
        JsonNode message = Json.MAPPER.readTree(record.value());
        listener.engine(key.substring(Control.ENGINE.length()), message.path("url").asText());
      } else if (key.startsWith(Control.CANCEL)) {
        cancel(key.substring(Control.CANCEL.length()), record.value() != null);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("What {} says of {} is passed over: {}", Topics.CONTROL, key, e.getMessage());
    }
  }

  /**
   * The tombstone of an execution says it too: it is all that compaction leaves to those who come
   * later. That of a stage does not, since the next attempt of the stage may run by now.
   */
  private void cancel(String what, boolean fresh) {
    int slash = what.indexOf('/');
    if (slash < 0) {
      listener.cancel(what);
    } else if (fresh) {
      listener.cancel(what.substring(0, slash), what.substring(slash + 1));
    }
  }

  private void design(String plan, byte[] report) {
    if (report == null) {
      listener.designGone(plan);
    } else {
      listener.design(plan, report);
    }
  }

  /** Clients tell their deserialisers which cluster they talk to, whenever they learn it. */
  private static final class ClusterWatch extends StringDeserializer
      implements ClusterResourceListener {
    private final Listener listener;
    private String cluster;

    ClusterWatch(Listener listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void onUpdate(ClusterResource resource) {
      String now = resource.clusterId();
      if (cluster != null && now != null && !cluster.equals(now)) {
        listener.newLog();
      }
      cluster = now == null ? cluster : now;
    }
  }
}
