package dev.howdah.block;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Somebody who answers what comes to a topic of one partition, where it asks to be answered and
 * under the header of correlation that it has.
 */
final class Replier implements AutoCloseable {
  private final ClusterAccess access;
  private final TopicPartition requests;
  private final UnaryOperator<String> answer;
  private final Thread thread = new Thread(this::reply, "test-replier");
  private volatile boolean stopped;

  private Replier(ClusterAccess access, String topic, UnaryOperator<String> answer) {
    this.access = access;
    this.requests = new TopicPartition(topic, 0);
    this.answer = answer;
  }

  /**
   * Starts to answer.
   *
   * @param answer the value of a reply, given that of the request
   */
  static Replier start(ClusterAccess access, String topic, UnaryOperator<String> answer) {
    Replier replier = new Replier(access, topic, answer);
    replier.thread.start();
    return replier;
  }

  private void reply() {
    try (KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(Clients.reader(access, "replier"));
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(Clients.producer(access, Duration.ZERO))) {
      consumer.assign(List.of(requests));
      consumer.seekToBeginning(List.of(requests));
      while (!stopped) {
        consumer.poll(Duration.ofMillis(50)).forEach(request -> producer.send(replyTo(request)));
      }
    }
  }

  private ProducerRecord<String, byte[]> replyTo(ConsumerRecord<String, byte[]> request) {
    Header topic = request.headers().lastHeader("kafka_replyTopic");
    ProducerRecord<String, byte[]> reply =
        new ProducerRecord<>(
            new String(topic.value(), StandardCharsets.UTF_8),
            answer
                .apply(new String(request.value(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("kafka_correlationId", "x-order")) {
      Optional.ofNullable(request.headers().lastHeader(name)).ifPresent(reply.headers()::add);
    }
    return reply;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
