package dev.howdah.cli;

import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.node.NodeSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags that all commands with a node share, and what they make of the configuration. */
final class CommonOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of the database, the embedded broker and caches. Default: data")
  private Path data;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "A Kafka cluster to use instead of the embedded broker.")
  private String bootstrapServers;

  @Option(
      names = {"-D", "--set"},
      paramLabel = "NAME=VALUE",
      description = "Any setting by its full name, such as howdah.broker.port=29092.")
  private Map<String, String> others = new LinkedHashMap<>();

  /** The configuration with these flags and some more, which win over all else. */
  Settings settings(Map<Setting, String> more) {
    Map<String, String> flags = new LinkedHashMap<>(others);
    put(flags, Setting.DATA, data == null ? null : data.toString());
    put(flags, Setting.BOOTSTRAP, bootstrapServers);
    more.forEach((setting, value) -> put(flags, setting, value));
    return Settings.read(Path.of(""), System.getenv(), flags, NodeSettings.readers());
  }

  private static void put(Map<String, String> flags, Setting setting, String value) {
    if (value != null) {
      flags.put(setting.key(), value);
    }
  }
}
