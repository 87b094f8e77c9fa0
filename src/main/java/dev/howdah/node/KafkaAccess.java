package dev.howdah.node;

import dev.howdah.broker.ClusterAccess;
import dev.howdah.config.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Kafka clusters that the settings tell of. */
final class KafkaAccess {
  private KafkaAccess() {}

  /** Howdah's own cluster, when somebody else runs it. */
  static ClusterAccess own(Settings settings, String servers) {
    return new ClusterAccess(servers, settings.kafkaClient());
  }

  /** Clusters of blocks, by the addresses that blocks write. */
  static Map<String, ClusterAccess> others(Settings settings) {
    Map<String, ClusterAccess> others = new LinkedHashMap<>();
    settings
        .kafkaClusters()
        .forEach((servers, client) -> others.put(servers, new ClusterAccess(servers, client)));
    return others;
  }
}
