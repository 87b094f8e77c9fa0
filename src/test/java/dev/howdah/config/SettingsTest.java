package dev.howdah.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    Settings settings =
        Settings.read(directory, variables, Map.of("howdah.http.port", "3"), List.of());
    assertEquals("file", settings.text(Setting.DATA));
    assertEquals("variable", settings.text(Setting.NODE));
    assertEquals(3, settings.number(Setting.HTTP_PORT));
    assertEquals("embedded", settings.text(Setting.BROKER));
  }

  @Test
  void aNameThatIsNoSettingIsRefusedWithItsOrigin() throws IOException {
    Files.writeString(directory.resolve("application.properties"), "howdah.prot=1\n");
    FaultException refused =
        assertThrows(
            FaultException.class, () -> Settings.read(directory, Map.of(), Map.of(), List.of()));
    assertEquals("config.unknown", refused.fault().code());
    assertTrue(refused.getMessage().contains("application.properties"), refused.getMessage());
  }

  @Test
  void aVariableThatIsNoSettingIsRefused() {
    Map<String, String> known = Map.of("HOWDAH_LOG_LEVEL", "debug", "HOWDAH_JAVA_OPTS", "-Xmx1g");
    assertEquals(
        "embedded", Settings.read(directory, known, Map.of(), List.of()).text(Setting.BROKER));
    FaultException unknown =
        assertThrows(
            FaultException.class,
            () -> Settings.read(directory, Map.of("HOWDAH_FOO", "1"), Map.of(), List.of()));
    assertEquals("config.unknown", unknown.fault().code());
    FaultException rubbish =
        assertThrows(
            FaultException.class,
            () ->
                Settings.read(
                    directory, Map.of("HOWDAH_LOG_LEVEL", "rubbish"), Map.of(), List.of()));
    assertEquals("config.value", rubbish.fault().code());
  }

  @Test
  void aValueThatDoesNotFitIsRefusedWithWhatWouldBeRight() {
    FaultException refused =
        assertThrows(FaultException.class, () -> Settings.of(Map.of("howdah.http.port", "99999")));
    assertTrue(refused.getMessage().contains("from 0 to 65535"), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void theDefaultOfTheSettingHasItsForm(Setting setting) {
    assertEquals(
        setting.initial(), Settings.of(Map.of(setting.key(), setting.initial())).text(setting));
  }

  @Test
  void allThatIsWrongIsToldAtOnceFromWhereverItComes() throws IOException {
    Files.writeString(
        directory.resolve("application.properties"),
        "howdah.prot=1\nhowdah.broker=nowhere\nhowdah.exec.keep=soon\n");
    FaultException refused =
        assertThrows(
            FaultException.class,
            () ->
                Settings.read(
                    directory,
                    Map.of("HOWDAH_FOO", "1", "HOWDAH_LOG_LEVEL", "loud", "HOWDAH_NODE", "n"),
                    Map.of(
                        "howdah.http.port", "many", "howdah.kafka.cluster.a.security.protocol", ""),
                    List.of(
                        settings ->
                            settings.parsed(
                                Setting.NODE,
                                name -> {
                                  throw new IllegalArgumentException("it is longer");
                                }))));
    assertEquals(
        List.of(
            "HOWDAH_FOO",
            "HOWDAH_LOG_LEVEL",
            "howdah.prot",
            "howdah.http.port",
            "howdah.broker",
            "howdah.exec.keep",
            "howdah.kafka.cluster.a.bootstrap-servers",
            "howdah.node"),
        refused.mistakes().stream().map(Mistake::place).toList());
    assertEquals("config.invalid", refused.fault().code());
    assertEquals(8, refused.getMessage().lines().count(), refused.getMessage());
  }

  @Test
  void aDirectoryIsNoFileOfSettings() throws IOException {
    Files.createDirectory(directory.resolve("application.properties"));
    FaultException refused =
        assertThrows(
            FaultException.class, () -> Settings.read(directory, Map.of(), Map.of(), List.of()));
    assertEquals("config.unreadable", refused.fault().code());
    assertTrue(refused.getMessage().contains("is no file"), refused.getMessage());
  }

  @Test
  void secretsComeFromFileAndVariables() throws IOException {
    Files.writeString(directory.resolve("application.properties"), "howdah.secret.token=a\n");
    Settings settings =
        Settings.read(directory, Map.of("HOWDAH_SECRET_API_KEY", "b"), Map.of(), List.of());
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
            Map.of("howdah.kafka.security.protocol", "SASL_SSL"),
            List.of());
    assertEquals(
        Map.of("sasl.jaas.config", "who", "security.protocol", "SASL_SSL"), settings.kafkaClient());
    assertEquals(
        Map.of("there:9092", Map.of("security.protocol", "SSL")), settings.kafkaClusters());
  }
}
