package dev.howdah.worker.kafka;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the reply topics of one cluster, from their ends at the first request on: one thread and
 * one consumer, which is in no group, so that every process sees every reply and picks its own.
 */
final class Replies implements AutoCloseable {
  private static final Duration ASKS_WITHIN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Consumer<ConsumerRecord<String, byte[]>> onReply;
  private final Consumer<Throwable> onDeath;
  private final Map<String, CompletableFuture<Void>> topics = new ConcurrentHashMap<>();
  private final BlockingQueue<Wanted> wanted = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  private record Wanted(String topic, CompletableFuture<Void> ready) {}

  /**
   * @param onReply told of every record, on the reader's thread
   * @param onDeath told when nothing can be read any more
   */
  Replies(
      ClusterAccess access,
      Consumer<ConsumerRecord<String, byte[]>> onReply,
      Consumer<Throwable> onDeath) {
    Map<String, Object> properties = Clients.reader(access, "howdah-kafka-replies");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    this.consumer = new KafkaConsumer<>(properties);
    this.onReply = onReply;
    this.onDeath = onDeath;
    this.thread = new Thread(this::run, "howdah-kafka-replies");
    thread.setDaemon(true);
    thread.start();
  }

  /** Completed when every reply to that topic is seen from now on. */
  CompletableFuture<Void> listen(String topic) {
    CompletableFuture<Void> ready =
        topics.computeIfAbsent(
            topic,
            t -> {
              CompletableFuture<Void> begun = new CompletableFuture<>();
              wanted.add(new Wanted(t, begun));
              return begun;
            });
    if (closed) {
      ready.completeExceptionally(KafkaFaults.stopped());
    }
    return ready;
  }

  boolean isClosed() {
    return closed;
  }

  private void run() {
    Set<TopicPartition> assigned = new HashSet<>();
    try {
      while (!closed) {
        Wanted next = assigned.isEmpty() ? wanted.poll(1, TimeUnit.SECONDS) : wanted.poll();
        if (next != null) {
          begin(next, assigned);
        }
        if (!assigned.isEmpty()) {
          consumer.poll(POLL).forEach(onReply);
        }
      }
    } catch (WakeupException | InterruptedException e) {
      // It is being closed.
    } catch (RuntimeException e) {
      die(e);
    } finally {
      closed = true;
      topics.values().forEach(ready -> ready.completeExceptionally(KafkaFaults.stopped()));
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }
  }

  private void begin(Wanted next, Set<TopicPartition> assigned) {
    String topic = next.topic();
    try {
      List<TopicPartition> fresh = new ArrayList<>();
      for (var partition : consumer.partitionsFor(topic, ASKS_WITHIN)) {
        fresh.add(new TopicPartition(topic, partition.partition()));
      }
      if (fresh.isEmpty()) {
        throw KafkaFaults.unknownTopic(topic);
      }
      assigned.addAll(fresh);
      consumer.assign(assigned);
      consumer.seekToEnd(fresh);
      // Until it is asked where the end is, a reply could still come before that.
      fresh.forEach(partition -> consumer.position(partition, ASKS_WITHIN));
      next.ready().complete(null);
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException | dev.howdah.fault.FaultException e) {
      assigned.removeIf(partition -> partition.topic().equals(topic));
      consumer.assign(assigned);
      topics.remove(topic);
      next.ready().completeExceptionally(KafkaFaults.of(topic, e));
    }
  }

  private void die(RuntimeException cause) {
    closed = true;
    onDeath.accept(cause);
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
  }
}
