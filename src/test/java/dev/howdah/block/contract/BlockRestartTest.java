package dev.howdah.block.contract;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.contract.Sample.Interrupted;
import dev.howdah.block.spi.Kinds;
import dev.howdah.drill.DrillProcess;
import dev.howdah.json.Json;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every installed kind of block goes on after {@code kill -9} in its middle. One process has an
 * execution of each kind under way when it is killed, and the next one completes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlockRestartTest {
  private static final Map<String, Sample> SAMPLES = Samples.byKind();
  private static final List<String> MODULES =
      List.of(
          "modules/fibo.wat",
          "wasm/count.wat",
          "probe.proto",
          "probe/shared.proto",
          "probe/deep.proto");

  /** Where a camel block waits: for an execution that its route has started. */
  private static final String ROUTE =
      """
      - route:
          id: held
          from:
            uri: direct:held
            steps:
              - to: howdah:holder-durable
      """;

  private static final String HOLDER =
      "- {id: hold, type: http, data: {url: \"SERVICE/held/${ .execution }\", body: 1}}\n";

  @TempDir static Path directory;
  private final Map<String, String> ids = new TreeMap<>();
  private final int port = freePort();
  private final int brokerPort = freePort();
  private final ProcessClient client = new ProcessClient(port);
  private Neighbours neighbours;
  private DrillProcess engine;

  @BeforeAll
  void killInTheMiddle() throws Exception {
    neighbours = new Neighbours(Files.createDirectory(directory.resolve("said")));
    neighbours.ask(client::promise);
    Files.writeString(
        Files.createDirectory(directory.resolve("routes")).resolve("held.yaml"), ROUTE);
    begin("before", Long.MAX_VALUE);
    neighbours.read("localhost:" + brokerPort);
    deploy();
    bringToTheMiddle(sample -> sample.interrupted().outside() != Outside.NOBODY);
    // These go on by themselves in a while, so they come last.
    bringToTheMiddle(sample -> sample.interrupted().outside() == Outside.NOBODY);
    engine.kill();
    neighbours.release();
    begin("after", 1);
    client.resolve(ids.get("wait") + ":it", "\"as promised\"");
  }

  /**
   * Starts a process.
   *
   * @param rounds how long a module computes
   */
  private void begin(String name, long rounds) throws Exception {
    engine =
        new DrillProcess(
            directory,
            name,
            "dev.howdah.Main",
            List.of(
                "serve",
                "--port=" + port,
                "--data=" + directory.resolve("data"),
                "--set=howdah.broker.port=" + brokerPort,
                "--set=howdah.routes=" + directory.resolve("routes"),
                "--set=howdah.groups=local",
                "--set=howdah.exec.allow=sh",
                "--set=howdah.camel.allow=direct",
                "--set=howdah.secret.rounds=" + rounds));
    engine.start();
    await().atMost(Duration.ofSeconds(60)).until(client::isUp);
  }

  private void deploy() throws Exception {
    for (String module : MODULES) {
      client.upload(module);
    }
    deploy("holder", HOLDER);
    deploy("inner", Inner.DESIGN);
    for (Sample sample : SAMPLES.values()) {
      deploy(sample.kind(), sample.interrupted().design());
    }
  }

  private void deploy(String name, String blocks) throws Exception {
    client.deploy(Mode.DURABLE.design(name, neighbours.fill(blocks, Mode.DURABLE.label())));
  }

  private void bringToTheMiddle(Predicate<Sample> which) throws Exception {
    List<Sample> some = SAMPLES.values().stream().filter(which).toList();
    for (Sample sample : some) {
      String path = sample.kind() + "-durable";
      ids.put(sample.kind(), client.start(path, sample.interrupted().input()));
    }
    some.forEach(this::awaitMiddle);
  }

  private void awaitMiddle(Sample sample) {
    String id = ids.get(sample.kind());
    await()
        .alias(sample.kind())
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                sample.interrupted().outside().works(neighbours, id)
                    && !client.execution(id).path("waiting_for").isEmpty());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterAll
  void stop() throws Exception {
    engine.close();
    neighbours.close();
  }

  static Stream<String> kinds() {
    return Kinds.installed().types().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itGoesOnAndRecordsEveryStepOnce(String kind) throws Exception {
    Interrupted expected = SAMPLES.get(kind).interrupted();
    String id = ids.get(kind);
    JsonNode ended =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> client.execution(id), e -> !e.get("status").asText().equals("running"));
    assertEquals("completed", ended.get("status").asText(), ended::toString);
    assertEquals(Json.read(expected.result()), ended.get("result_data"));
    assertEquals(expected.steps().stream().sorted().toList(), client.steps(id));
  }
}
