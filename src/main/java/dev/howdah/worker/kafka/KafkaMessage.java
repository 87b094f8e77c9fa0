package dev.howdah.worker.kafka;

import dev.howdah.broker.Clients;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A message to be published.
 *
 * @param servers the cluster, as {@code host:port[,host:port…]}; the one that Howdah uses if empty
 * @param topic neither Howdah's own nor Kafka's
 * @param key decides the partition, unless that is given
 * @param value empty for a tombstone
 * @param headers by name
 * @param idempotencyKey goes along as a header
 */
public record KafkaMessage(
    Optional<String> servers,
    String topic,
    Optional<String> key,
    Optional<byte[]> value,
    Map<String, String> headers,
    OptionalInt partition,
    String idempotencyKey) {

  /** The header that tells a repeat of the same attempt. */
  public static final String IDEMPOTENCY_KEY = "howdah-idempotency-key";

  /** The header that tells where the reply is to go, as Spring's Kafka templates name it. */
  public static final String REPLY_TOPIC = "kafka_replyTopic";

  public KafkaMessage {
    headers = Map.copyOf(headers);
    KafkaNames.topic(topic);
    if (servers.isPresent() && !KafkaNames.areServers(servers.get())) {
      throw KafkaFaults.invalid(
          "\"%s\" is no cluster; write host:port, by comma".formatted(servers.get()));
    }
    if (partition.isPresent() && partition.getAsInt() < 0) {
      throw KafkaFaults.invalid(
          "the partition is %d; partitions are counted from 0".formatted(partition.getAsInt()));
    }
    if (value.isPresent() && value.get().length > Clients.MAX_MESSAGE_BYTES) {
      throw KafkaFaults.tooLarge(topic, "it has " + value.get().length + " bytes");
    }
  }

  ProducerRecord<String, byte[]> record() {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topic,
            partition.isPresent() ? partition.getAsInt() : null,
            key.orElse(null),
            value.orElse(null));
    headers.forEach((name, text) -> record.headers().add(name, bytes(text)));
    record.headers().add(IDEMPOTENCY_KEY, bytes(idempotencyKey));
    return record;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
