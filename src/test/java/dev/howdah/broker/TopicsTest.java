package dev.howdah.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private Admin admin;
  private Topics topics;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
    admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())));
    topics = new Topics(admin, TopicSettings.embedded(), TIMEOUT);
  }

  @AfterEach
  void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void everyTopicIsMadeOnceHoweverOftenItIsAskedFor() throws Exception {
    assertEquals(List.of(), topics.ensure(List.of("default", "gpu")));
    Map<String, TopicDescription> made = describe();

    assertEquals(List.of(), topics.ensure(List.of("default", "gpu")));

    assertEquals(
        Set.of(
            "howdah.work",
            "howdah.control",
            "howdah.dead-letter",
            "howdah.group.default",
            "howdah.group.gpu"),
        made.keySet());
    assertEquals(made, describe());
    assertEquals(8, topics.partitions("howdah.work"));
    assertEquals(8, topics.partitions("howdah.group.gpu"));
    assertEquals(1, topics.partitions("howdah.control"));
  }

  @Test
  void theDiskIsBoundedAndTheControlTopicKeepsTheLastOfEachKey() throws Exception {
    topics.ensure(List.of("default"));

    assertEquals("compact", config(Topics.CONTROL, "cleanup.policy"));
    for (String topic : List.of(Topics.WORK, Topics.group("default"))) {
      assertEquals("delete", config(topic, "cleanup.policy"));
      assertEquals("16777216", config(topic, "segment.bytes"));
      assertEquals("134217728", config(topic, "retention.bytes"));
    }
    assertEquals("86400000", config(Topics.WORK, "retention.ms"));
  }

  @Test
  void anExistingTopicIsLeftAndItsMissingPartitionsAreReported() throws Exception {
    admin.createTopics(List.of(new NewTopic(Topics.WORK, 2, (short) 1))).all().get();

    assertEquals(List.of(new Shortfall(Topics.WORK, 8, 2)), topics.ensure(List.of()));

    assertEquals(2, topics.partitions(Topics.WORK));
  }

  @Test
  void aClusterWithFewerBrokersThanCopiesGetsFewerCopies() throws Exception {
    new Topics(admin, TopicSettings.external(), TIMEOUT).ensure(List.of());

    assertTrue(
        describe().get(Topics.WORK).partitions().stream().allMatch(p -> p.replicas().size() == 1));
    assertEquals("1", config(Topics.WORK, "min.insync.replicas"));
    assertEquals(64, topics.partitions(Topics.WORK));
  }

  @Test
  void whatIsSentRightAfterATopicIsMadeIsNeverLost() throws Exception {
    try (var producer = Records.producer(broker.bootstrapServers())) {
      for (int group = 0; group < 12; group++) {
        String topic = topics.ensureGroup("g" + group);
        Set<String> sent = new TreeSet<>();
        List<Future<RecordMetadata>> sending = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          sending.add(producer.send(Records.record(topic, "r" + i)));
          sent.add("r" + i);
        }
        for (Future<RecordMetadata> one : sending) {
          one.get();
        }

        List<String> found = Records.all(broker.bootstrapServers(), topic);

        assertEquals(sent, new TreeSet<>(found));
        assertEquals(sent.size(), found.size());
      }
    }
  }

  @Test
  void aNameThatIsRejectedMakesNoTopic() throws Exception {
    assertThrows(FaultException.class, () -> topics.ensure(List.of("default", "No Group")));

    assertEquals(Set.of(), admin.listTopics().names().get());
  }

  @Test
  void aTopicThatIsNotThereIsAFault() {
    assertEquals(
        "broker.topics",
        assertThrows(FaultException.class, () -> topics.partitions("nowhere")).fault().code());
  }

  private Map<String, TopicDescription> describe() throws Exception {
    return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get();
  }

  private String config(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }
}
