package dev.howdah.worker.kafka;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The clients of one cluster. Thread-safe, except for what says otherwise. */
final class Cluster implements AutoCloseable {
  private static final int TOPICS_KNOWN = 1_000;
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private final ClusterAccess access;
  private final Consumer<ConsumerRecord<String, byte[]>> onReply;
  private final Consumer<Throwable> onDeath;
  private final Map<String, Integer> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
              return size() > TOPICS_KNOWN;
            }
          });
  private KafkaProducer<String, byte[]> producer;
  private Admin admin;
  private Replies replies;
  private boolean closed;

  /** How many messages are on their way; guarded by whoever owns the cluster. */
  int underway;

  /**
   * @param onReply told of every record of the reply topics
   * @param onDeath told when these can no longer be read
   */
  Cluster(
      ClusterAccess access,
      Consumer<ConsumerRecord<String, byte[]>> onReply,
      Consumer<Throwable> onDeath) {
    this.access = access;
    this.onReply = onReply;
    this.onDeath = onDeath;
  }

  /**
   * How many partitions a topic has. Asked here, because a producer would block its thread over a
   * topic that is not there.
   */
  CompletionStage<Integer> partitions(String topic) {
    Integer partitions = known.get(topic);
    return partitions == null ? ask(topic) : CompletableFuture.completedFuture(partitions);
  }

  /** As {@link #partitions}, from the cluster itself. */
  CompletionStage<Integer> ask(String topic) {
    return admin()
        .describeTopics(List.of(topic))
        .topicNameValues()
        .get(topic)
        .toCompletionStage()
        .thenApply(
            description -> {
              int partitions = description.partitions().size();
              known.put(topic, partitions);
              return partitions;
            });
  }

  /** What was known of a topic is asked for again. */
  void forget(String topic) {
    known.remove(topic);
  }

  /** May block for a moment. */
  synchronized KafkaProducer<String, byte[]> producer() {
    open();
    if (producer == null) {
      producer = new KafkaProducer<>(Clients.producer(access, Duration.ZERO));
    }
    return producer;
  }

  private synchronized Admin admin() {
    open();
    if (admin == null) {
      admin = Admin.create(Clients.admin(access));
    }
    return admin;
  }

  /** Completed when every reply to that topic is seen from now on. */
  synchronized CompletableFuture<Void> listen(String topic) {
    open();
    if (replies == null || replies.isClosed()) {
      replies = new Replies(access, onReply, onDeath);
    }
    return replies.listen(topic);
  }

  private void open() {
    if (closed) {
      throw KafkaFaults.stopped();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (replies != null) {
      replies.close();
    }
    if (producer != null) {
      producer.close(CLOSE_WITHIN);
    }
    if (admin != null) {
      admin.close(CLOSE_WITHIN);
    }
  }
}
