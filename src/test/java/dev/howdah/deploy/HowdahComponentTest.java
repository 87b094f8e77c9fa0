package dev.howdah.deploy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.config.Settings;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import dev.howdah.store.DeploymentStatus;
import dev.howdah.store.HistoryQuery;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' own Camel routes start executions. */
class HowdahComponentTest {
  private static final String DOUBLE =
      """
      id: double
      name: Double
      blocks:
        - {id: twice, type: transform, data: {value: "${ .n * 2 }"}}
      """;

  @TempDir static Path directory;
  private static EngineNode node;
  private static String deployment;

  @BeforeAll
  static void start() throws Exception {
    Path routes = Files.createDirectories(directory.resolve("routes"));
    Files.writeString(
        routes.resolve("double.yaml"),
        """
        - route:
            id: double-by-path
            from:
              uri: platform-http:/double/{n}
              steps:
                - setBody: {simple: '{"n": ${header.n}}'}
                - to: howdah:double
        """);
    node =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data",
                    directory.resolve("data").toString(),
                    "howdah.routes",
                    routes.toString(),
                    "howdah.broker.port",
                    "0",
                    "howdah.http.port",
                    "0")),
            InstantSource.system(),
            true,
            fault -> {});
    node.open();
    node.catalog().save("double.yaml", DOUBLE, name -> Optional.empty(), false);
    deployment =
        node.deployments().create("double", Optional.empty(), "double", Optional.empty()).id();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void aRouteThatWantsAnAnswerGetsTheResult() throws Exception {
    assertEquals("42", get("/double/21").body());
  }

  @Test
  void aFailedExecutionFailsTheRoute() throws Exception {
    assertEquals(500, get("/double/null").statusCode());
  }

  @Test
  void aRouteAddedWhileRunningConsumesATopicAndStartsEachKeyOnce() throws Exception {
    try (Admin admin = Admin.create(Clients.admin(ClusterAccess.open(node.bootstrapServers())))) {
      admin.createTopics(List.of(new NewTopic("numbers", 1, (short) 1))).all().get();
    }
    Files.writeString(
        directory.resolve("routes/numbers.yaml"),
        """
        - route:
            id: numbers
            from:
              uri: kafka:numbers
              parameters:
                brokers: %s
                groupId: numbers
                autoOffsetReset: earliest
                breakOnFirstError: true
                pollTimeoutMs: 200
              steps:
                - setHeader: {name: HowdahIdempotencyKey, simple: "${header.kafka.KEY}"}
                - to: howdah:double
        """
            .formatted(node.bootstrapServers()));
    await().atMost(Duration.ofSeconds(30)).until(() -> node.camel().getRoute("numbers") != null);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Clients.producer(ClusterAccess.open(node.bootstrapServers()), Duration.ZERO))) {
      for (String key : List.of("a", "b", "a")) {
        producer
            .send(
                new ProducerRecord<>("numbers", key, "{\"n\": 1}".getBytes(StandardCharsets.UTF_8)))
            .get();
      }
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertTrue(node.store().executions().byKey(deployment, "b").isPresent());
              assertEquals(2, startedByTopic());
            });
  }

  @Test
  void whatATopicBringsForADeploymentThatIsSwitchedOffStartsWhenItIsOnAgain() throws Exception {
    node.catalog()
        .save(
            "switched.yaml", DOUBLE.replace("double", "switched"), name -> Optional.empty(), false);
    String switched =
        node.deployments().create("switched", Optional.empty(), "switched", Optional.empty()).id();
    status(switched, DeploymentStatus.INACTIVE);
    try (Admin admin = Admin.create(Clients.admin(ClusterAccess.open(node.bootstrapServers())))) {
      admin.createTopics(List.of(new NewTopic("switched", 1, (short) 1))).all().get();
    }
    Files.writeString(
        directory.resolve("routes/switched.yaml"),
        """
        - route:
            id: switched
            from:
              uri: kafka:switched
              parameters:
                brokers: %s
                groupId: switched
                autoOffsetReset: earliest
                breakOnFirstError: true
                pollTimeoutMs: 200
              steps:
                - setHeader: {name: HowdahIdempotencyKey, simple: "${header.kafka.KEY}"}
                - doTry:
                    steps:
                      - to: howdah:switched
                    doCatch:
                      - exception: [dev.howdah.fault.FaultException]
                        steps:
                          - to: seda:refused
                          - throwException: {exceptionType: java.lang.IllegalStateException, message: later}
        """
            .formatted(node.bootstrapServers()));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Clients.producer(ClusterAccess.open(node.bootstrapServers()), Duration.ZERO))) {
      producer
          .send(
              new ProducerRecord<>("switched", "k", "{\"n\": 1}".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> !refused().isEmpty());
    assertEquals(Optional.empty(), node.store().executions().byKey(switched, "k"));

    status(switched, DeploymentStatus.ACTIVE);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> node.store().executions().byKey(switched, "k").isPresent());
    FaultException why =
        refused().iterator().next().getProperty(Exchange.EXCEPTION_CAUGHT, FaultException.class);
    assertEquals("deployment.inactive", why.fault().code());
  }

  private static Collection<Exchange> refused() {
    return node.camel().getEndpoint("seda:refused", SedaEndpoint.class).getQueue();
  }

  private static void status(String deployment, DeploymentStatus status) {
    node.deployments()
        .change(
            deployment,
            new Deployments.Change(Optional.of(status), Optional.empty(), Optional.empty()));
  }

  @Test
  void anExecutionStartedDirectlyHasTheSameResult() throws Exception {
    var deployed = node.deployments().byId(deployment).orElseThrow();
    String id = node.engine().nextId();
    node.engine()
        .start(
            new StartRequest(
                Optional.of(new StartRequest.Deployed(deployed.id(), deployed.path())),
                deployed.plan(),
                Value.of(Json.read("{\"n\": 4}")),
                "manual",
                "test",
                Optional.empty()),
            id)
        .get();
    assertEquals(new Ending.Completed(Value.of(Json.read("8"))), node.engine().ending(id).get());
  }

  private static long startedByTopic() {
    return node.store().executions().history(HistoryQuery.newest(deployment, 100)).stream()
        .filter(row -> row.idempotencyKey() != null)
        .count();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
