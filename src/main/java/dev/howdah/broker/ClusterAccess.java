package dev.howdah.broker;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Where a Kafka cluster is, and how clients of it prove who they are. Immutable; its text holds no
 * secret.
 *
 * @param servers {@code host:port[,host:port…]}
 * @param security properties of Kafka's clients, such as {@code security.protocol} and {@code
 *     sasl.jaas.config}; empty for a cluster that asks nobody
 */
public record ClusterAccess(String servers, Map<String, String> security) {
  /**
   * @throws dev.howdah.fault.FaultException {@code config.unknown} when Kafka's clients know no
   *     such property
   */
  public ClusterAccess {
    security = Map.copyOf(security);
    for (String name : new TreeMap<>(security).keySet()) {
      if (!AdminClientConfig.configNames().contains(name)) {
        throw Fault.rejected(
                "config.unknown",
                Blame.CALLER,
                "howdah.kafka.%s: clients of Kafka have no property %s; see \"Security Configuration\" in the documentation of Kafka"
                    .formatted(name, name))
            .toException();
      }
    }
  }

  /** A cluster that asks nobody who they are. */
  public static ClusterAccess open(String servers) {
    return new ClusterAccess(servers, Map.of());
  }

  @Override
  public String toString() {
    return servers + new TreeMap<>(security).keySet();
  }
}
