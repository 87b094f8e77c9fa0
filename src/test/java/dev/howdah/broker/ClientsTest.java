package dev.howdah.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void aLongMessagePassesAndAMemberTakesOverWhatAnotherHasNotCommitted() throws Exception {
    byte[] design = new byte[Clients.MAX_MESSAGE_BYTES - 1024];
    try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())));
        var producer = Records.producer(broker.bootstrapServers())) {
      String topic = new Topics(admin, TopicSettings.embedded(), TIMEOUT).ensureGroup("default");
      producer.send(new ProducerRecord<>(topic, "long", design)).get();

      assertEquals(design.length, firstOf(broker, topic, "node-1"));
      assertEquals(design.length, firstOf(broker, topic, "node-2"));
    }
  }

  @Test
  void noConsumerCommitsBehindItsOwnersBack() {
    var properties =
        Clients.consumer(ClusterAccess.open("127.0.0.1:1"), "g", "c", Optional.empty());

    assertEquals(false, properties.get("enable.auto.commit"));
    assertTrue(!properties.containsKey("group.instance.id"));
  }

  /** Reads without committing and leaves. */
  private static int firstOf(EmbeddedBroker broker, String topic, String clientId) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Clients.consumer(
                ClusterAccess.open(broker.bootstrapServers()),
                "default",
                clientId,
                Optional.empty()))) {
      consumer.subscribe(List.of(topic));
      int[] length = {-1};
      await()
          .atMost(TIMEOUT)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> length[0] = r.value().length);
                return length[0] >= 0;
              });
      return length[0];
    }
  }
}
