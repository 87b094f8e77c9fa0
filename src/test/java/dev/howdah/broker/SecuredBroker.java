package dev.howdah.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A broker in a JVM of its own that asks who its clients are: with a password on one port, over TLS
 * on the other, where clients ask the broker, too.
 */
public final class SecuredBroker implements AutoCloseable {
  /** What a client says who is let in. */
  public static final String PASSWORD = "hump-day";

  private static final String STORE_PASSWORD = "changeit";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path directory;
  private final int passwords;
  private final int tls;

  private SecuredBroker(Process process, Path directory, int passwords, int tls) {
    this.process = process;
    this.directory = directory;
    this.passwords = passwords;
    this.tls = tls;
  }

  /** Starts it; returns when it lets clients in. */
  public static SecuredBroker start(Path directory) throws Exception {
    Ports ports = Ports.pick(0);
    int tls = Ports.pick(0).clients();
    keytool(directory, "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost");
    keytool(directory, "-exportcert", "-rfc", "-file", "broker.pem");
    Path data = directory.resolve("data");
    Properties p = BrokerProperties.of(data, ports, PATIENCE);
    p.setProperty(
        "listeners",
        "BROKER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,TLS://127.0.0.1:%d"
            .formatted(ports.clients(), ports.controller(), tls));
    p.setProperty(
        "advertised.listeners",
        "BROKER://127.0.0.1:%d,TLS://localhost:%d".formatted(ports.clients(), tls));
    p.setProperty(
        "listener.security.protocol.map", "BROKER:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL");
    p.setProperty("sasl.enabled.mechanisms", "PLAIN");
    p.setProperty("sasl.mechanism.inter.broker.protocol", "PLAIN");
    p.setProperty(
        "listener.name.broker.plain.sasl.jaas.config",
        jaas("broker", "own") + " user_broker=\"own\" user_howdah=\"" + PASSWORD + "\";");
    p.setProperty("ssl.keystore.location", directory.resolve("broker.p12").toString());
    p.setProperty("ssl.keystore.password", STORE_PASSWORD);
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(Integer.parseInt(p.getProperty("node.id")))
        .setClusterId("c2VjdXJlZC1icm9rZXItMQ")
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.run();
    Path file = directory.resolve("server.properties");
    try (var writer = Files.newBufferedWriter(file)) {
      p.store(writer, null);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("broker.log").toFile())
            .start();
    SecuredBroker broker = new SecuredBroker(process, directory, ports.clients(), tls);
    try {
      ExternalBroker.connect(broker.byPassword(PASSWORD), PATIENCE).close();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static String jaas(String user, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\""
        .formatted(user, password);
  }

  private static void keytool(Path directory, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-alias", "broker", "-keystore", "broker.p12", "-storepass", STORE_PASSWORD));
    Process keytool =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(Files.readString(directory.resolve("keytool.log")));
    }
  }

  /** The port that asks for a password. */
  public ClusterAccess byPassword(String password) {
    return new ClusterAccess(
        "127.0.0.1:" + passwords,
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            jaas("howdah", password) + ";"));
  }

  /** The port that speaks TLS. */
  public ClusterAccess overTls() {
    return new ClusterAccess(
        "localhost:" + tls,
        Map.of(
            "security.protocol",
            "SSL",
            "ssl.truststore.type",
            "PEM",
            "ssl.truststore.location",
            directory.resolve("broker.pem").toString()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
