package dev.howdah.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Real clients on a real broker, as the tests of this package need them. */
final class Records {
  private Records() {}

  static KafkaProducer<String, byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Clients.producer(ClusterAccess.open(bootstrapServers), Duration.ZERO));
  }

  static ProducerRecord<String, byte[]> record(String topic, String text) {
    return new ProducerRecord<>(topic, text, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Every value that a topic holds now, partition by partition. */
  static List<String> all(String bootstrapServers, String topic) {
    Map<String, Object> properties =
        Clients.reader(ClusterAccess.open(bootstrapServers), "test-reader");
    // Closing waits for the fetch that is under way.
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(properties)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      List<String> values = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(r -> values.add(new String(r.value(), StandardCharsets.UTF_8)));
      }
      return values;
    }
  }
}
