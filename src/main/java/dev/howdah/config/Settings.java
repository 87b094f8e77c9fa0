package dev.howdah.config;

import dev.howdah.fault.Mistakes;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The configuration of a process: what a flag says, else what a {@code HOWDAH_*} variable says,
 * else what {@code application.properties} says, else the default of the {@link Setting}.
 * Immutable.
 */
public final class Settings {
  /** The code of a value that is wrong. */
  static final String WRONG = "config.value";

  private static final String INVALID = "config.invalid";
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
   * @param readers read from the settings what has more to it than the form of each value
   * @throws dev.howdah.fault.FaultException {@code config.*} with every name and value that is
   *     wrong
   */
  public static Settings read(
      Path directory,
      Map<String, String> environment,
      Map<String, String> flags,
      List<Consumer<Settings>> readers) {
    Mistakes mistakes = new Mistakes(INVALID);
    Map<String, String> values = new TreeMap<>();
    Map<String, String> origins = new TreeMap<>();
    mistakes.collect(
        () ->
            properties(directory.resolve(FILE))
                .forEach((name, value) -> put(values, origins, name, value, FILE)));
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              if (variable.startsWith(Setting.VARIABLES)
                  && !Variables.isOther(variable, value, mistakes)) {
                Setting.ofVariable(variable)
                    .ifPresentOrElse(
                        name -> put(values, origins, name, value, variable),
                        () -> unknown(variable, "the variable " + variable, mistakes));
              }
            });
    flags.forEach((name, value) -> put(values, origins, name, value, "the flag for " + name));
    Settings settings = new Settings(values, origins);
    settings.check(mistakes);
    for (Consumer<Settings> reader : readers) {
      mistakes.collect(() -> reader.accept(settings));
    }
    mistakes.throwIfAny();
    return settings;
  }

  /** Exactly these, for embedding and tests. */
  public static Settings of(Map<String, String> values) {
    Settings settings = new Settings(values, Map.of());
    Mistakes mistakes = new Mistakes(INVALID);
    settings.check(mistakes);
    mistakes.throwIfAny();
    return settings;
  }

  private static void unknown(String place, String what, Mistakes mistakes) {
    mistakes.add(
        "config.unknown",
        place,
        what + " names no setting",
        "see the table of settings in docs/configuration.md");
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
    if (!Files.exists(file)) {
      return Map.of();
    }
    if (!Files.isRegularFile(file)) {
      throw refusal(
          "config.unreadable",
          FILE,
          file + " is no file",
          "make it a file of NAME=VALUE lines, or name it otherwise");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(
          "config.unreadable",
          FILE,
          "%s cannot be read: %s".formatted(file, e.getMessage()),
          "make it a file of NAME=VALUE lines in UTF-8");
    }
    Map<String, String> found = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> found.put(n, properties.getProperty(n)));
    return found;
  }

  private void check(Mistakes mistakes) {
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              if (name.startsWith("howdah.")
                  && !name.startsWith(Setting.SECRET_PREFIX)
                  && !KafkaClients.has(name)
                  && Setting.named(name).isEmpty()) {
                String origin = origins.getOrDefault(name, "the caller");
                unknown(name, "%s (from %s)".formatted(name, origin), mistakes);
              }
            });
    for (Setting setting : Setting.values()) {
      if (isSet(setting)) {
        mistakes.collect(() -> parsed(setting, text -> text));
      }
    }
    mistakes.collect(() -> KafkaClients.others(values));
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

  /** The value of a setting that is a whole number. */
  public int number(Setting setting) {
    return parsed(setting, text -> Integer.parseInt(text.strip()));
  }

  /**
   * A value of the right form, read by a parser that throws IllegalArgumentException with what
   * would be right.
   */
  public <T> T parsed(Setting setting, Function<String, T> parser) {
    String text = text(setting);
    try {
      setting.form().check(text);
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw wrong(setting, e.getMessage());
    }
  }

  private RuntimeException wrong(Setting setting, String cure) {
    String origin = origins.getOrDefault(setting.key(), "the default");
    return refusal(
        WRONG,
        setting.key(),
        "%s is \"%s\" (from %s)".formatted(setting.key(), text(setting), origin),
        cure);
  }

  static RuntimeException refusal(String code, String place, String cause, String cure) {
    Mistakes mistakes = new Mistakes(code);
    mistakes.add(code, place, cause, cure);
    return mistakes.toException();
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
