package dev.howdah.worker.kafka;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells which topics blocks may name, and what the address of a cluster looks like. */
public final class KafkaNames {
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern SERVERS =
      Pattern.compile(
          "SERVER(,SERVER)*".replace("SERVER", "\\s*(\\[[0-9A-Fa-f:.]+]|[\\w.-]+):\\d{1,5}\\s*"));

  private KafkaNames() {}

  /**
   * Lets a topic pass that is neither Howdah's own nor Kafka's.
   *
   * @throws dev.howdah.fault.FaultException {@code kafka.own-topic}, {@code kafka.invalid-message}
   */
  public static String topic(String name) {
    if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw KafkaFaults.invalid(
          "\"%s\" cannot name a topic; use 1 to 249 of letters, digits, '.', '_' and '-'"
              .formatted(name));
    }
    // Kafka takes a dot and an underscore for the same in some of its names.
    String alike = name.replace('_', '.');
    if (alike.startsWith("howdah.") || alike.startsWith("..")) {
      throw KafkaFaults.ownTopic(name);
    }
    return name;
  }

  /** Whether a text is {@code host:port[,host:port…]}. */
  public static boolean areServers(String text) {
    return SERVERS.matcher(text).matches();
  }

  /** The hosts of what {@link #areServers}, as in a URI. */
  static List<String> hosts(String servers) {
    return Stream.of(servers.split(",", -1))
        .map(server -> server.substring(0, server.lastIndexOf(':')).strip())
        .toList();
  }
}
