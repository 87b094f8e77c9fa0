package dev.howdah.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class KafkaComposeTest {
  private final ComposeFile compose = ComposeFile.read();

  @Test
  void kafkaAcceptsTheSettingsOfAllThreeNodes() {
    Set<Integer> nodes = new HashSet<>();
    for (int node = 1; node <= 3; node++) {
      KafkaConfig config = new KafkaConfig(compose.properties(node), false);
      nodes.add(config.nodeId());
      assertEquals(3, config.quorumConfig().voters().size());
      assertEquals(3, config.getShort("offsets.topic.replication.factor").intValue());
      assertEquals(3, config.getInt("default.replication.factor"));
      assertEquals(2, config.getInt("min.insync.replicas"));
      assertEquals(
          Set.of("kafka-" + node + ":19092", "localhost:" + (9091 + node)), addresses(node));
    }
    assertEquals(Set.of(1, 2, 3), nodes);
  }

  @Test
  void everyNodeKeepsItsDataInItsOwnVolumeAndPublishesItsPort() {
    for (int node = 1; node <= 3; node++) {
      Map<?, ?> service = compose.service(node);
      String port = Integer.toString(9091 + node);
      assertEquals("apache/kafka:4.3.1", value(service, "image"));
      assertEquals(List.of(port + ":" + port), service.get("ports"));
      assertEquals(List.of("kafka-" + node + ":/var/lib/kafka/data"), service.get("volumes"));
      assertEquals("/var/lib/kafka/data", compose.environment(node).get("KAFKA_LOG_DIRS"));
      assertTrue(compose.hasVolume("kafka-" + node));
      assertTrue(value(service, "healthcheck") instanceof Map);
    }
  }

  @Test
  void allNodesShareOneClusterIdThatKafkaCanRead() {
    Set<Object> ids = new HashSet<>();
    for (int node = 1; node <= 3; node++) {
      ids.add(compose.environment(node).get("CLUSTER_ID"));
    }
    assertEquals(1, ids.size());
    String id = (String) ids.iterator().next();
    assertEquals(id, Uuid.fromString(id).toString());
  }

  private Set<String> addresses(int node) {
    Set<String> addresses = new HashSet<>();
    for (String listener :
        List.of(
            ((String) compose.environment(node).get("KAFKA_ADVERTISED_LISTENERS")).split(","))) {
      addresses.add(listener.replaceFirst("^\\w+://", ""));
    }
    return addresses;
  }

  /** A service's own value, or what it merges from {@code x-kafka}. */
  private static Object value(Map<?, ?> service, String key) {
    return service.containsKey(key) ? service.get(key) : ((Map<?, ?>) service.get("<<")).get(key);
  }
}
