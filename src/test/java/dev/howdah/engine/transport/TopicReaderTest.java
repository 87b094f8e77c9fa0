package dev.howdah.engine.transport;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.broker.TopicSettings;
import dev.howdah.broker.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two members of a group that share a topic, on a real broker. */
class TopicReaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static TopicReader reader(EmbeddedBroker broker, String topic, String member) {
    return new TopicReader(
        topic,
        Clients.consumer(
            ClusterAccess.open(broker.bootstrapServers()), topic, member, Optional.of(member)),
        false,
        (record, done) -> done.run(),
        10);
  }

  @Test
  void whatIsWorkedOnIsNotGivenToAnotherBeforeItIsDone() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(directory, 0));
        Admin admin = Admin.create(Clients.admin(ClusterAccess.open(broker.bootstrapServers())))) {
      Topics topics = new Topics(admin, TopicSettings.embedded(), PATIENCE);
      String topic = topics.ensureGroup("gpu");
      int all = topics.partitions(topic);
      AtomicBoolean working = new AtomicBoolean(true);
      AtomicReference<Set<Integer>> asked = new AtomicReference<>(Set.of());
      try (TopicReader first = reader(broker, topic, "first");
          TopicReader second = reader(broker, topic, "second")) {
        first.whileBusy(
            partitions -> {
              asked.set(partitions);
              return working.get();
            },
            PATIENCE);
        first.start();
        await().atMost(PATIENCE).until(() -> of(all, first::keeps).size() == all);

        second.start();
        await().atMost(PATIENCE).until(() -> !asked.get().isEmpty());

        Set<Integer> leaving = asked.get();
        assertEquals(all, of(all, first::owns).size());
        assertTrue(of(all, first::keeps).stream().noneMatch(leaving::contains));
        assertEquals(Set.of(), of(all, second::owns));

        working.set(false);
        await().atMost(PATIENCE).until(() -> of(all, second::keeps).equals(leaving));
        await().atMost(PATIENCE).until(() -> of(all, first::owns).size() == all - leaving.size());
      }
    }
  }

  private static Set<Integer> of(int all, IntPredicate which) {
    return IntStream.range(0, all).filter(which).boxed().collect(Collectors.toSet());
  }
}
