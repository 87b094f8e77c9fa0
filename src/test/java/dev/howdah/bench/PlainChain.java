package dev.howdah.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What a team writes by hand: three consumers that each compute and send on, and a caller who waits
 * for the reply. At least once, offsets committed after each poll, nothing recorded. The same
 * broker with the same settings as Howdah's.
 */
final class PlainChain implements AutoCloseable {
  private static final List<String> TOPICS = List.of("one", "two", "three", "reply");
  private static final int PARTITIONS = 8;

  private final EmbeddedBroker broker;
  private final KafkaProducer<String, byte[]> producer;
  private final Map<String, BlockingQueue<String>> waiting = new ConcurrentHashMap<>();
  private volatile boolean closing;

  private PlainChain(EmbeddedBroker broker) {
    this.broker = broker;
    this.producer =
        new KafkaProducer<>(
            Clients.producer(ClusterAccess.open(broker.bootstrapServers()), Duration.ZERO));
  }

  static PlainChain start(Path directory) throws Exception {
    PlainChain chain = new PlainChain(EmbeddedBroker.start(new BrokerSettings(directory, 0)));
    try (Admin admin =
        Admin.create(Clients.admin(ClusterAccess.open(chain.broker.bootstrapServers())))) {
      admin
          .createTopics(TOPICS.stream().map(t -> new NewTopic(t, PARTITIONS, (short) 1)).toList())
          .all()
          .get();
    }
    for (int i = 0; i < 3; i++) {
      String next = TOPICS.get(i + 1);
      chain.read(TOPICS.get(i), record -> chain.hop(record, next));
    }
    chain.read("reply", chain::reply);
    return chain;
  }

  private interface Handler {
    void handle(ConsumerRecord<String, byte[]> record);
  }

  private void read(String topic, Handler handler) {
    Thread thread =
        new Thread(
            () -> {
              try (KafkaConsumer<String, byte[]> consumer =
                  new KafkaConsumer<>(
                      Clients.consumer(
                          ClusterAccess.open(broker.bootstrapServers()),
                          topic,
                          topic,
                          Optional.empty()))) {
                consumer.assign(
                    java.util.stream.IntStream.range(0, PARTITIONS)
                        .mapToObj(p -> new TopicPartition(topic, p))
                        .toList());
                while (!closing) {
                  var records = consumer.poll(Duration.ofMillis(100));
                  records.forEach(handler::handle);
                  if (!records.isEmpty()) {
                    consumer.commitAsync();
                  }
                }
              }
            },
            "plain-" + topic);
    thread.setDaemon(true);
    thread.start();
  }

  private void hop(ConsumerRecord<String, byte[]> record, String next) {
    try {
      JsonNode input = Json.MAPPER.readTree(record.value());
      byte[] output = Integer.toString(fibo(input.asInt())).getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(next, record.key(), output), (sent, failure) -> {});
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void reply(ConsumerRecord<String, byte[]> record) {
    BlockingQueue<String> caller = waiting.remove(record.key());
    if (caller != null) {
      caller.add(new String(record.value(), StandardCharsets.UTF_8));
    }
  }

  private static int fibo(int n) {
    return n < 2 ? 1 : fibo(n - 1) + fibo(n - 2);
  }

  /** A caller of the chain. */
  Load.Call caller() {
    BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    return () -> {
      String key = UUID.randomUUID().toString();
      waiting.put(key, replies);
      producer.send(
          new ProducerRecord<>("one", key, "1".getBytes(StandardCharsets.UTF_8)),
          (sent, failure) -> {});
      String result = replies.poll(30, TimeUnit.SECONDS);
      if (!"1".equals(result)) {
        throw new IllegalStateException("the chain answered " + result);
      }
    };
  }

  @Override
  public void close() {
    closing = true;
    producer.close(Duration.ofSeconds(2));
    broker.close();
  }

  /** Measures the chain in a process of its own and prints the figures. */
  public static void main(String[] args) throws Exception {
    double seconds = Double.parseDouble(args[1]);
    double warmUp = Double.parseDouble(args[2]);
    try (PlainChain chain = PlainChain.start(Path.of(args[0]))) {
      Load.run(32, warmUp, i -> chain.caller());
      Figures one = Load.run(1, seconds, i -> chain.caller());
      Figures many = Load.run(32, seconds, i -> chain.caller());
      System.out.printf(
          "figures %f %f %f %f %f %f%n",
          one.perSecond(), one.p50(), one.p99(), many.perSecond(), many.p50(), many.p99());
    }
    System.exit(0);
  }
}
