package dev.howdah.broker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The cluster of {@code kafka-compose.yml} as three JVMs on free ports of this machine, any of
 * which can be killed.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Map<Integer, Process> processes = new LinkedHashMap<>();
  private final List<Integer> clients;

  private KafkaCluster(List<Integer> clients) {
    this.clients = clients;
  }

  /** Formats and starts all three; returns when they are one cluster. */
  public static KafkaCluster start(Path directory) throws Exception {
    List<Integer> ports = freePorts(3 * NODES);
    KafkaCluster cluster = new KafkaCluster(ports.subList(0, NODES));
    boolean started = false;
    try {
      for (int node = 1; node <= NODES; node++) {
        cluster.start(node, Files.createDirectories(directory.resolve("kafka-" + node)), ports);
      }
      try (Admin admin =
          Admin.create(Clients.admin(ClusterAccess.open(cluster.bootstrapServers())))) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> admin.describeCluster().nodes().get().size() == NODES);
      }
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private void start(int node, Path directory, List<Integer> ports) throws Exception {
    ComposeFile compose = ComposeFile.read();
    Path data = directory.resolve("data");
    Properties properties = compose.properties(node);
    String internal = "INTERNAL://127.0.0.1:" + ports.get(NODES + node - 1);
    String external = "EXTERNAL://127.0.0.1:" + ports.get(node - 1);
    String controller = "CONTROLLER://127.0.0.1:" + ports.get(2 * NODES + node - 1);
    properties.setProperty("listeners", String.join(",", internal, external, controller));
    properties.setProperty("advertised.listeners", internal + "," + external);
    properties.setProperty(
        "controller.quorum.voters",
        IntStream.rangeClosed(1, NODES)
            .mapToObj(i -> i + "@127.0.0.1:" + ports.get(2 * NODES + i - 1))
            .collect(Collectors.joining(",")));
    properties.setProperty("log.dirs", data.toString());
    // A dead node is given up sooner than by default, which is all that makes this quicker.
    properties.setProperty("broker.session.timeout.ms", "3000");
    properties.setProperty("broker.heartbeat.interval.ms", "500");
    properties.setProperty("offsets.topic.num.partitions", "3");
    properties.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
    format(node, data, (String) compose.environment(node).get("CLUSTER_ID"));
    Path file = directory.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    processes.put(
        node,
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("broker.log").toFile())
            .start());
  }

  private static void format(int node, Path data, String cluster) throws Exception {
    Formatter formatter = new Formatter();
    formatter
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(node)
        .setClusterId(cluster)
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction());
    formatter.run();
  }

  /** Ports that nobody has at the moment, all different. */
  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The addresses of all three. */
  public String bootstrapServers() {
    return clients.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /** Sends SIGKILL to a node, 1 to 3. */
  public void kill(int node) throws InterruptedException {
    processes.get(node).destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
  }
}
