package dev.howdah.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class KafkaComposeTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\w+:-([^}]*)}");

  private static Map<?, ?> compose;

  @BeforeAll
  static void parse() throws IOException {
    String text = Files.readString(Path.of("kafka-compose.yml"));
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    compose =
        (Map<?, ?>) new Load(settings).loadFromString(VARIABLE.matcher(text).replaceAll("$1"));
  }

  @Test
  void kafkaAcceptsTheSettingsOfAllThreeNodes() {
    Set<Integer> nodes = new HashSet<>();
    for (int node = 1; node <= 3; node++) {
      KafkaConfig config = new KafkaConfig(properties(environment(node)), false);
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
      Map<?, ?> service = service(node);
      String port = Integer.toString(9091 + node);
      assertEquals("apache/kafka:4.3.1", value(service, "image"));
      assertEquals(List.of(port + ":" + port), service.get("ports"));
      assertEquals(List.of("kafka-" + node + ":/var/lib/kafka/data"), service.get("volumes"));
      assertEquals("/var/lib/kafka/data", environment(node).get("KAFKA_LOG_DIRS"));
      assertTrue(((Map<?, ?>) compose.get("volumes")).containsKey("kafka-" + node));
      assertTrue(value(service, "healthcheck") instanceof Map);
    }
  }

  @Test
  void allNodesShareOneClusterIdThatKafkaCanRead() {
    Set<Object> ids = new HashSet<>();
    for (int node = 1; node <= 3; node++) {
      ids.add(environment(node).get("CLUSTER_ID"));
    }
    assertEquals(1, ids.size());
    String id = (String) ids.iterator().next();
    assertEquals(id, Uuid.fromString(id).toString());
  }

  private static Set<String> addresses(int node) {
    Set<String> addresses = new HashSet<>();
    for (String listener :
        List.of(((String) environment(node).get("KAFKA_ADVERTISED_LISTENERS")).split(","))) {
      addresses.add(listener.replaceFirst("^\\w+://", ""));
    }
    return addresses;
  }

  /** As the image's entry point does it: KAFKA_LOG_DIRS is log.dirs. */
  private static Properties properties(Map<String, Object> environment) {
    Properties properties = new Properties();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("KAFKA_") && !name.equals("KAFKA_HEAP_OPTS")) {
            properties.setProperty(
                name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                value.toString());
          }
        });
    return properties;
  }

  private static Map<?, ?> service(int node) {
    return (Map<?, ?>) ((Map<?, ?>) compose.get("services")).get("kafka-" + node);
  }

  private static Map<String, Object> environment(int node) {
    Map<String, Object> environment = new java.util.HashMap<>();
    Map<?, ?> own = (Map<?, ?>) service(node).get("environment");
    ((Map<?, ?>) compose.get("x-environment"))
        .forEach((name, value) -> environment.put((String) name, value));
    own.forEach((name, value) -> environment.put((String) name, value));
    environment.remove("<<");
    return environment;
  }

  /** A service's own value, or what it merges from {@code x-kafka}. */
  private static Object value(Map<?, ?> service, String key) {
    return service.containsKey(key) ? service.get(key) : ((Map<?, ?>) service.get("<<")).get(key);
  }
}
