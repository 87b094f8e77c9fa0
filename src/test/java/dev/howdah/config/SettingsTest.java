package dev.howdah.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Setting.class)
  void thePageHasARowForTheSetting(Setting setting) throws IOException {
    String initial = setting.initial().isEmpty() ? "" : "`" + setting.initial() + "`";
    String row =
        "| `%s` | `%s` | %s | %s |"
            .formatted(setting.key(), setting.variable(), initial, setting.meaning());
    assertTrue(Files.readString(Path.of("docs/configuration.md")).contains(row), row);
  }

  @Test
  void aFlagWinsOverAVariableWhichWinsOverTheFile() throws IOException {
    Files.writeString(
        directory.resolve("application.properties"),
        "howdah.data=file\nhowdah.node=file\nhowdah.http.port=1\n");
    Map<String, String> variables = Map.of("HOWDAH_NODE", "variable", "HOWDAH_HTTP_PORT", "2");
    Settings settings = Settings.read(directory, variables, Map.of("howdah.http.port", "3"));
    assertEquals("file", settings.text(Setting.DATA));
    assertEquals("variable", settings.text(Setting.NODE));
    assertEquals(3, settings.number(Setting.HTTP_PORT, 0, 65_535));
    assertEquals("embedded", settings.text(Setting.BROKER));
  }

  @Test
  void aNameThatIsNoSettingIsRefusedWithItsOrigin() throws IOException {
    Files.writeString(directory.resolve("application.properties"), "howdah.prot=1\n");
    FaultException refused =
        assertThrows(FaultException.class, () -> Settings.read(directory, Map.of(), Map.of()));
    assertEquals("config.unknown", refused.fault().code());
    assertTrue(refused.getMessage().contains("application.properties"), refused.getMessage());
  }

  @Test
  void aVariableThatIsNoSettingIsRefused() {
    Map<String, String> known = Map.of("HOWDAH_LOG_LEVEL", "debug", "HOWDAH_JAVA_OPTS", "-Xmx1g");
    assertEquals("embedded", Settings.read(directory, known, Map.of()).text(Setting.BROKER));
    FaultException unknown =
        assertThrows(
            FaultException.class,
            () -> Settings.read(directory, Map.of("HOWDAH_FOO", "1"), Map.of()));
    assertEquals("config.unknown", unknown.fault().code());
    FaultException rubbish =
        assertThrows(
            FaultException.class,
            () -> Settings.read(directory, Map.of("HOWDAH_LOG_LEVEL", "rubbish"), Map.of()));
    assertEquals("config.value", rubbish.fault().code());
  }

  @Test
  void aValueThatDoesNotFitIsRefusedWithWhatWouldBeRight() {
    Settings settings = Settings.of(Map.of("howdah.http.port", "99999"));
    FaultException refused =
        assertThrows(FaultException.class, () -> settings.number(Setting.HTTP_PORT, 0, 65_535));
    assertTrue(refused.getMessage().contains("from 0 to 65535"), refused.getMessage());
  }

  @Test
  void secretsComeFromFileAndVariables() throws IOException {
    Files.writeString(directory.resolve("application.properties"), "howdah.secret.token=a\n");
    Settings settings = Settings.read(directory, Map.of("HOWDAH_SECRET_API_KEY", "b"), Map.of());
    assertEquals(Map.of("token", "a", "api_key", "b"), settings.secrets());
  }

  @Test
  void whatClientsOfKafkaNeedToProveWhoTheyAreIsHandedToThem() {
    Settings settings =
        Settings.read(
            directory,
            Map.of(
                "HOWDAH_KAFKA_SASL_JAAS_CONFIG", "who",
                "HOWDAH_KAFKA_CLUSTER_ORDERS_BOOTSTRAP_SERVERS", "there:9092",
                "HOWDAH_KAFKA_CLUSTER_ORDERS_SECURITY_PROTOCOL", "SSL"),
            Map.of("howdah.kafka.security.protocol", "SASL_SSL"));
    assertEquals(
        Map.of("sasl.jaas.config", "who", "security.protocol", "SASL_SSL"), settings.kafkaClient());
    assertEquals(
        Map.of("there:9092", Map.of("security.protocol", "SSL")), settings.kafkaClusters());
  }
}
