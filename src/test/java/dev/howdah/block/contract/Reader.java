package dev.howdah.block.contract;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Who replies to requests on Kafka topics, each with the request itself: on {@code requests} at
 * once, on {@code flaky-requests} to all but first attempts, on {@code held-requests} when it is
 * released. Its clients outlive a broker that is killed and comes back.
 */
final class Reader implements AutoCloseable {
  private static final List<TopicPartition> REQUESTS =
      List.of(
          new TopicPartition("requests", 0),
          new TopicPartition("flaky-requests", 0),
          new TopicPartition("held-requests", 0));

  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;
  private final Queue<ConsumerRecord<String, byte[]>> waiting = new ConcurrentLinkedQueue<>();
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::run, "reader");
  private volatile boolean released;
  private volatile boolean closing;

  private Reader(String bootstrapServers) {
    consumer = new KafkaConsumer<>(Clients.reader(ClusterAccess.open(bootstrapServers), "reader"));
    producer =
        new KafkaProducer<>(Clients.producer(ClusterAccess.open(bootstrapServers), Duration.ZERO));
    thread.start();
  }

  /** Makes the topics and reads them. */
  static Reader start(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Clients.admin(ClusterAccess.open(bootstrapServers)))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("requests", 1, (short) 1),
                  new NewTopic("flaky-requests", 1, (short) 1),
                  new NewTopic("held-requests", 1, (short) 1),
                  new NewTopic("replies", 1, (short) 1)))
          .all()
          .get();
    }
    return new Reader(bootstrapServers);
  }

  /** Whether a request of an execution has come that is held. */
  boolean isAsked(String execution) {
    return held.contains(execution);
  }

  /** Replies to all, from now on at once. */
  void release() {
    released = true;
  }

  private void run() {
    consumer.assign(REQUESTS);
    consumer.seekToBeginning(REQUESTS);
    while (!closing) {
      consumer.poll(Duration.ofMillis(50)).forEach(this::take);
      while (released && !waiting.isEmpty()) {
        reply(waiting.poll());
      }
    }
    consumer.close();
    producer.close(Duration.ofSeconds(1));
  }

  private void take(ConsumerRecord<String, byte[]> request) {
    String key = header(request, "howdah-idempotency-key");
    if (request.topic().equals("held-requests")) {
      waiting.add(request);
      held.add(key.substring(0, key.indexOf(':')));
    } else if (request.topic().equals("requests") || !key.endsWith(":1")) {
      reply(request);
    }
  }

  private void reply(ConsumerRecord<String, byte[]> request) {
    ProducerRecord<String, byte[]> reply =
        new ProducerRecord<>(header(request, "kafka_replyTopic"), request.value());
    reply.headers().add(request.headers().lastHeader("kafka_correlationId"));
    producer.send(reply);
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join(10_000);
  }
}
