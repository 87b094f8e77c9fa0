package dev.howdah.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The {@code kafka-compose.yml} of this project, with every variable at its default. */
final class ComposeFile {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\w+:-([^}]*)}");

  private final Map<?, ?> content;

  private ComposeFile(Map<?, ?> content) {
    this.content = content;
  }

  static ComposeFile read() {
    try {
      String text = Files.readString(Path.of("kafka-compose.yml"));
      LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
      return new ComposeFile(
          (Map<?, ?>) new Load(settings).loadFromString(VARIABLE.matcher(text).replaceAll("$1")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasVolume(String name) {
    return ((Map<?, ?>) content.get("volumes")).containsKey(name);
  }

  Map<?, ?> service(int node) {
    return (Map<?, ?>) ((Map<?, ?>) content.get("services")).get("kafka-" + node);
  }

  Map<String, Object> environment(int node) {
    Map<String, Object> environment = new HashMap<>();
    Map<?, ?> own = (Map<?, ?>) service(node).get("environment");
    ((Map<?, ?>) content.get("x-environment"))
        .forEach((name, value) -> environment.put((String) name, value));
    own.forEach((name, value) -> environment.put((String) name, value));
    environment.remove("<<");
    return environment;
  }

  /** The configuration of a node, made of its environment as the image's entry point does it. */
  Properties properties(int node) {
    Properties properties = new Properties();
    environment(node)
        .forEach(
            (name, value) -> {
              if (name.startsWith("KAFKA_") && !name.equals("KAFKA_HEAP_OPTS")) {
                properties.setProperty(
                    name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                    value.toString());
              }
            });
    return properties;
  }
}
