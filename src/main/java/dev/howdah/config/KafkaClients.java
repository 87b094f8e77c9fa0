package dev.howdah.config;

import dev.howdah.fault.Mistakes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that are properties of Kafka's clients: how they prove who they are, at Howdah's own
 * cluster ({@code howdah.kafka.sasl.mechanism}) and at others by a name ({@code
 * howdah.kafka.cluster.NAME.sasl.mechanism}). Their values may be secrets.
 */
final class KafkaClients {
  private static final String PREFIX = "howdah.kafka.";
  private static final String VARIABLES = "HOWDAH_KAFKA_";
  private static final String SERVERS = "bootstrap-servers";
  private static final List<String> FAMILIES = List.of("security.", "sasl.", "ssl.");
  private static final Pattern CLUSTER =
      Pattern.compile("howdah\\.kafka\\.cluster\\.([a-z0-9-]+)\\.(.+)");

  private KafkaClients() {}

  /** Whether a setting is one of these. */
  static boolean has(String name) {
    Matcher other = CLUSTER.matcher(name);
    if (other.matches()) {
      return other.group(2).equals(SERVERS) || isSecurity(other.group(2));
    }
    return name.startsWith(PREFIX) && isSecurity(name.substring(PREFIX.length()));
  }

  private static boolean isSecurity(String property) {
    return FAMILIES.stream().anyMatch(property::startsWith);
  }

  /** The setting that a variable sets, if it is one of these. */
  static Optional<String> ofVariable(String variable) {
    if (!variable.startsWith(VARIABLES)) {
      return Optional.empty();
    }
    String property =
        variable.substring(VARIABLES.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    return Optional.of(PREFIX + property.replaceAll("\\.bootstrap\\.servers$", "." + SERVERS))
        .filter(KafkaClients::has);
  }

  /** Properties for Howdah's own cluster, by Kafka's names. */
  static Map<String, String> own(Map<String, String> values) {
    Map<String, String> found = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (has(name) && !CLUSTER.matcher(name).matches()) {
            found.put(name.substring(PREFIX.length()), value);
          }
        });
    return found;
  }

  /** Properties for other clusters, by where these are. */
  static Map<String, Map<String, String>> others(Map<String, String> values) {
    Map<String, Map<String, String>> byName = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          Matcher other = CLUSTER.matcher(name);
          if (other.matches()) {
            byName.computeIfAbsent(other.group(1), n -> new TreeMap<>()).put(other.group(2), value);
          }
        });
    Map<String, Map<String, String>> byServers = new TreeMap<>();
    Mistakes mistakes = new Mistakes(Settings.WRONG);
    byName.forEach(
        (name, properties) -> {
          String servers = properties.remove(SERVERS);
          if (servers == null || servers.isBlank()) {
            String setting = PREFIX + "cluster." + name + "." + SERVERS;
            mistakes.add(
                Settings.WRONG, setting, setting + " is missing", "it is host:port, by comma");
          } else {
            byServers.put(servers.strip(), properties);
          }
        });
    mistakes.throwIfAny();
    return byServers;
  }
}
