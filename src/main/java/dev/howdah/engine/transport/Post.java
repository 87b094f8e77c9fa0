package dev.howdah.engine.transport;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to Kafka: those that somebody waits for at once, those that this node already
 * works on itself in batches. A message that could not be sent is sent again by the sweeper.
 * Thread-safe.
 */
public final class Post implements AutoCloseable {
  /** The header of a record that its sender works on itself; its value is the sender's boot id. */
  static final String HANDED_OVER = "b";

  private static final Logger LOG = LoggerFactory.getLogger(Post.class);

  /** Nobody waits for these; fewer and larger requests cost the broker less. */
  private static final Duration GATHER = Duration.ofMillis(20);

  private final KafkaProducer<String, byte[]> urgent;
  private final KafkaProducer<String, byte[]> gathering;
  private final byte[] boot;
  private final List<Header> handedOver;

  /**
   * @param boot tells this process from every other and from itself before a restart
   */
  public Post(ClusterAccess cluster, String boot) {
    this.urgent = new KafkaProducer<>(Clients.producer(cluster, Duration.ZERO));
    this.gathering = new KafkaProducer<>(Clients.producer(cluster, GATHER));
    this.boot = boot.getBytes(StandardCharsets.UTF_8);
    this.handedOver = List.of(new RecordHeader(HANDED_OVER, this.boot));
  }

  /** Sends a message that this node works on itself. */
  public void handedOver(String topic, int partition, String key, byte[] message) {
    gathering.send(
        new ProducerRecord<>(topic, partition, key, message, handedOver),
        (metadata, failure) -> logFailure(topic, failure));
  }

  /** Sends a message that another process waits for. */
  public void send(
      String topic, int partition, String key, byte[] message, Consumer<RecordMetadata> sent) {
    send(topic, partition, key, message, sent, failure -> {});
  }

  /**
   * Sends a message that another process waits for and that nobody else would send again.
   *
   * @param sent told once Kafka has it, on the producer's thread
   * @param failed told instead when it could not be sent, on the caller's or the producer's thread
   */
  public void send(
      String topic,
      int partition,
      String key,
      byte[] message,
      Consumer<RecordMetadata> sent,
      Consumer<Exception> failed) {
    try {
      urgent.send(
          new ProducerRecord<>(topic, partition, key, message),
          (metadata, failure) -> {
            logFailure(topic, failure);
            if (failure == null) {
              sent.accept(metadata);
            } else {
              failed.accept(failure);
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      logFailure(topic, e);
      failed.accept(e);
    }
  }

  /** Whether the record is one that this very process works on already. */
  public boolean isOwn(org.apache.kafka.clients.consumer.ConsumerRecord<?, ?> message) {
    Header header = message.headers().lastHeader(HANDED_OVER);
    return header != null && java.util.Arrays.equals(header.value(), boot);
  }

  private static void logFailure(String topic, Exception failure) {
    if (failure != null) {
      LOG.warn("A message to {} was not sent and will be later: {}", topic, failure.getMessage());
    }
  }

  @Override
  public void close() {
    urgent.close(Duration.ofSeconds(2));
    gathering.close(Duration.ofSeconds(2));
  }
}
