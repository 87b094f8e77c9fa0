package dev.howdah.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.KafkaCluster;
import dev.howdah.broker.Topics;
import dev.howdah.config.Settings;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.json.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine and a worker on the cluster of {@code kafka-compose.yml}. */
class BrokerLossTest {
  private static final String FAR = Topics.group("far");

  @TempDir Path directory;

  @Test
  void aKilledBrokerStopsNothingSinceTwoOthersHaveItsData() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(directory.resolve("cluster"));
        CountingService service = new CountingService();
        EngineNode engine =
            EngineNode.start(
                settings(cluster, "engine"), InstantSource.system(), false, fault -> {});
        WorkerNode worker =
            WorkerNode.start(
                settings(cluster, "worker"),
                "far",
                OptionalInt.empty(),
                InstantSource.system(),
                fault -> {})) {
      String plan =
          engine
              .catalog()
              .save("chain.yaml", chain(service.url("/echo")), name -> Optional.empty(), true)
              .plan();
      assertEquals("0", result(start(engine, plan, 0)));
      await().until(worker::isReady);
      int victim = leaderOfCopies(cluster);

      List<CompletableFuture<Ending>> endings = new ArrayList<>();
      for (int i = 1; i <= 60; i++) {
        endings.add(start(engine, plan, i));
        if (i == 30) {
          cluster.kill(victim);
        }
      }

      for (int i = 1; i <= 60; i++) {
        assertEquals(Integer.toString(i), result(endings.get(i - 1)));
      }
    }
  }

  /** Looks whether every topic has its three copies; the node that leads most of the group's. */
  private static int leaderOfCopies(KafkaCluster cluster) throws Exception {
    List<String> names = List.of(Topics.WORK, FAR, Topics.CONTROL, Topics.DEAD_LETTER);
    try (Admin admin =
        Admin.create(Clients.admin(ClusterAccess.open(cluster.bootstrapServers())))) {
      Map<String, TopicDescription> topics = admin.describeTopics(names).allTopicNames().get();
      for (String name : names) {
        for (TopicPartitionInfo partition : topics.get(name).partitions()) {
          assertEquals(3, partition.replicas().size(), name);
        }
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        assertEquals("2", config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value(), name);
      }
      int[] led = new int[4];
      topics.get(FAR).partitions().forEach(partition -> led[partition.leader().id()]++);
      return led[1] >= led[2] && led[1] >= led[3] ? 1 : led[2] >= led[3] ? 2 : 3;
    }
  }

  private Settings settings(KafkaCluster cluster, String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("howdah.data", directory.resolve(name).toString());
    settings.put("howdah.kafka.bootstrap-servers", cluster.bootstrapServers());
    settings.put("howdah.kafka.work-partitions", "6");
    settings.put("howdah.http.port", "0");
    settings.put("howdah.groups", "");
    settings.put("howdah.routes", directory.resolve("routes").toString());
    return Settings.of(settings);
  }

  private static String chain(String url) {
    return """
        id: chain
        name: Chain
        blocks:
          - {id: one, type: http, data: {url: "%s", body: "${ . }"}}
          - {id: two, type: http, group: far, data: {url: "%s", body: "${ . }"}}
          - {id: three, type: http, group: far, data: {url: "%s", body: "${ . }"}}
        """
        .formatted(url, url, url);
  }

  private static CompletableFuture<Ending> start(EngineNode engine, String plan, int input)
      throws Exception {
    String id = engine.engine().nextId();
    CompletableFuture<Ending> ending = engine.engine().endingOfNew(id);
    StartRequest request =
        new StartRequest(
            Optional.empty(),
            plan,
            Value.ofText(Integer.toString(input)),
            "manual",
            "test",
            Optional.empty());
    engine.engine().start(request, id).get(10, TimeUnit.SECONDS);
    return ending;
  }

  private static String result(CompletableFuture<Ending> ending) throws Exception {
    Ending ended = ending.get(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS);
    return assertInstanceOf(Ending.Completed.class, ended).result().text();
  }
}
