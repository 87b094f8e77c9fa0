package dev.howdah.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.fault.FaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupLoadTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void aGroupIsSeenWithItsMembersAndWhatTheyHaveNotCommitted() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())));
        var producer = Records.producer(broker.bootstrapServers())) {
      String topic = new Topics(admin, TopicSettings.embedded(), TIMEOUT).ensureGroup("gpu");
      for (int i = 0; i < 10; i++) {
        producer.send(Records.record(topic, "r" + i)).get();
      }

      assertEquals(new GroupLoad(List.of(), 10), GroupLoad.of(admin, "gpu", topic, TIMEOUT));

      try (KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(
              Clients.consumer(
                  ClusterAccess.open(broker.bootstrapServers()),
                  "gpu",
                  "worker-1",
                  Optional.of("worker-1")))) {
        consumer.subscribe(List.of(topic));
        int[] polled = {0};
        await()
            .atMost(TIMEOUT)
            .until(() -> (polled[0] += consumer.poll(Duration.ofMillis(100)).count()) == 10);
        assertEquals(
            new GroupLoad(List.of("worker-1"), 10), GroupLoad.of(admin, "gpu", topic, TIMEOUT));

        consumer.commitSync();
        producer.send(Records.record(topic, "one more")).get();

        GroupLoad load = GroupLoad.of(admin, "gpu", topic, TIMEOUT);
        assertEquals(1, load.members());
        assertEquals(1, load.lag());
      }
      assertEquals(
          "broker.topics",
          assertThrows(FaultException.class, () -> GroupLoad.of(admin, "gpu", "nowhere", TIMEOUT))
              .fault()
              .code());
    }
  }
}
