package dev.howdah.config;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The configuration of a process: what a flag says, else what a {@code HOWDAH_*} variable says,
 * else what {@code application.properties} says, else the default of the {@link Setting}.
 * Immutable.
 */
public final class Settings {
  private static final String FILE = "application.properties";

  private final Map<String, String> values;
  private final Map<String, String> origins;

  private Settings(Map<String, String> values, Map<String, String> origins) {
    this.values = Map.copyOf(values);
    this.origins = Map.copyOf(origins);
  }

  /**
   * Reads the configuration of this process.
   *
   * @param directory holds {@code application.properties}, if there is one
   * @param environment such as {@link System#getenv()}
   * @param flags by setting name
   * @throws dev.howdah.fault.FaultException {@code config.*} when a name or a value is wrong
   */
  public static Settings read(
      Path directory, Map<String, String> environment, Map<String, String> flags) {
    Map<String, String> values = new TreeMap<>();
    Map<String, String> origins = new TreeMap<>();
    properties(directory.resolve(FILE))
        .forEach((name, value) -> put(values, origins, name, value, FILE));
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(Setting.VARIABLES) && !Variables.isOther(variable, value)) {
            String name = Setting.ofVariable(variable).orElseThrow(() -> unknown(variable));
            put(values, origins, name, value, variable);
          }
        });
    flags.forEach((name, value) -> put(values, origins, name, value, "the flag for " + name));
    Settings settings = new Settings(values, origins);
    settings.checkNames();
    return settings;
  }

  private static RuntimeException unknown(String variable) {
    return Fault.rejected(
            "config.unknown",
            Blame.CALLER,
            "the variable %s names no setting; see the table of settings in docs/configuration.md"
                .formatted(variable))
        .toException();
  }

  /** Exactly these, for embedding and tests. */
  public static Settings of(Map<String, String> values) {
    Settings settings = new Settings(values, Map.of());
    settings.checkNames();
    return settings;
  }

  private static void put(
      Map<String, String> values,
      Map<String, String> origins,
      String name,
      String value,
      String origin) {
    values.put(name, value);
    origins.put(name, origin);
  }

  private static Map<String, String> properties(Path file) {
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw Fault.rejected(
              "config.unreadable",
              Blame.CALLER,
              "%s cannot be read: %s".formatted(file, e.getMessage()))
          .toException();
    }
    Map<String, String> found = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> found.put(n, properties.getProperty(n)));
    return found;
  }

  private void checkNames() {
    for (String name : values.keySet()) {
      if (name.startsWith("howdah.")
          && !name.startsWith(Setting.SECRET_PREFIX)
          && !KafkaClients.has(name)
          && Setting.named(name).isEmpty()) {
        throw Fault.rejected(
                "config.unknown",
                Blame.CALLER,
                "%s names no setting (from %s); see the table of settings in docs/configuration.md"
                    .formatted(name, origins.getOrDefault(name, "the caller")))
            .toException();
      }
    }
  }

  /** The value of a setting. */
  public String text(Setting setting) {
    return values.getOrDefault(setting.key(), setting.initial());
  }

  /** The value of a setting that may be left empty. */
  public Optional<String> optional(Setting setting) {
    return Optional.of(text(setting)).filter(text -> !text.isBlank());
  }

  /** Whether anybody has set it. */
  public boolean isSet(Setting setting) {
    return values.containsKey(setting.key());
  }

  /** A whole number from {@code least} to {@code most}. */
  public int number(Setting setting, int least, int most) {
    return parsed(
        setting,
        text -> {
          int number = Integer.parseInt(text.strip());
          if (number < least || number > most) {
            throw new IllegalArgumentException("it is from " + least + " to " + most);
          }
          return number;
        });
  }

  /** A value read by a parser that throws IllegalArgumentException with what would be right. */
  public <T> T parsed(Setting setting, Function<String, T> parser) {
    String text = text(setting);
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw wrong(setting, text, "it is a whole number");
    } catch (IllegalArgumentException e) {
      throw wrong(setting, text, e.getMessage());
    }
  }

  private RuntimeException wrong(Setting setting, String text, String cure) {
    return Fault.rejected(
            "config.value",
            Blame.CALLER,
            "%s is \"%s\" (from %s); %s"
                .formatted(
                    setting.key(), text, origins.getOrDefault(setting.key(), "the default"), cure))
        .toException();
  }

  /** The secrets, by name: every {@code howdah.secret.NAME} and {@code HOWDAH_SECRET_NAME}. */
  public Map<String, String> secrets() {
    Map<String, String> secrets = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(Setting.SECRET_PREFIX)) {
            secrets.put(
                name.substring(Setting.SECRET_PREFIX.length()).toLowerCase(Locale.ROOT), value);
          }
        });
    return secrets;
  }

  /** How clients prove who they are at Howdah's own Kafka cluster: properties by Kafka's names. */
  public Map<String, String> kafkaClient() {
    return KafkaClients.own(values);
  }

  /** The same for other clusters, by their {@code host:port[,host:port…]}. */
  public Map<String, Map<String, String>> kafkaClusters() {
    return KafkaClients.others(values);
  }

  static RuntimeException missing(String name) {
    return Fault.rejected(
            "config.value", Blame.CALLER, name + " is missing; it is host:port, by comma")
        .toException();
  }

  /** What belongs to Camel rather than to Howdah. */
  public Map<String, String> camel() {
    Map<String, String> camel = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith("camel.")) {
            camel.put(name, value);
          }
        });
    return camel;
  }
}
