package dev.howdah.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.broker.BrokerSettings;
import dev.howdah.broker.EmbeddedBroker;
import dev.howdah.config.Settings;
import dev.howdah.engine.Cancellation;
import dev.howdah.engine.Engine;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.DeploymentRow;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.HistoryQuery;
import dev.howdah.store.PostgresServer;
import dev.howdah.store.PromiseStatus;
import dev.howdah.store.StepRow;
import dev.howdah.store.StepStatus;
import dev.howdah.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Engine nodes that share one PostgreSQL database and one Kafka of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedEnginesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path directory;
  private final StoreSettings.Postgres database = PostgresServer.fresh();
  private CountingService service;
  private EmbeddedBroker broker;
  private EngineNode a;
  private EngineNode b;

  @BeforeAll
  void startBoth() throws IOException {
    service = new CountingService();
    broker = EmbeddedBroker.start(new BrokerSettings(directory.resolve("kafka"), 0));
    a = node("a", "both");
    b = node("b", "both,remote");
    await().atMost(PATIENCE).until(() -> worksOn(a) && worksOn(b));
  }

  @AfterAll
  void stopBoth() {
    a.close();
    b.close();
    broker.close();
    service.close();
  }

  private Map<String, String> settings(String name, String groups) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("howdah.data", directory.resolve(name).toString());
    settings.put("howdah.node", name);
    settings.put("howdah.http.port", "0");
    settings.put("howdah.groups", groups);
    settings.put("howdah.routes", directory.resolve("routes").toString());
    settings.put("howdah.kafka.bootstrap-servers", broker.bootstrapServers());
    settings.put("howdah.kafka.work-partitions", "12");
    settings.put("howdah.store.url", database.url());
    settings.put("howdah.store.user", database.user());
    return settings;
  }

  private EngineNode node(String name, String groups) {
    return EngineNode.start(
        Settings.of(settings(name, groups)),
        InstantSource.system(),
        false,
        fault -> {
          throw fault.toException();
        });
  }

  private record Started(String id, CompletableFuture<Ending> ending) {
    String result() throws Exception {
      Ending ended = ending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return assertInstanceOf(Ending.Completed.class, ended).result().text();
    }
  }

  private static Started start(EngineNode node, String plan, String input) throws Exception {
    String id = node.engine().nextId();
    CompletableFuture<Ending> ending = node.engine().endingOfNew(id);
    node.engine().start(request(plan, input), id).get(10, TimeUnit.SECONDS);
    return new Started(id, ending);
  }

  private static StartRequest request(String plan, String input) {
    return new StartRequest(
        Optional.empty(), plan, Value.ofText(input), "manual", "test", Optional.empty());
  }

  /** Whether a node runs what it accepts. */
  private boolean worksOn(EngineNode node) throws Exception {
    Started probe = start(node, save("probe", block("only", "default", "/echo")), "1");
    probe.result();
    return steps(probe).get(0).node().equals(node.settings().text(dev.howdah.config.Setting.NODE));
  }

  private List<StepRow> steps(Started started) {
    return b.store().executions().steps(started.id());
  }

  private String save(String id, String... blocks) {
    String text = "id: %s\nname: %s\nblocks:\n%s".formatted(id, id, String.join("", blocks));
    return b.catalog().save("test.yaml", text, name -> Optional.empty(), true).plan();
  }

  private String block(String id, String group, String path) {
    return "  - {id: %s, type: http, group: %s, data: {url: \"%s\", body: \"${ . }\"}}\n"
        .formatted(id, group, service.url(path));
  }

  private static String sleep(String id, String duration) {
    return "  - {id: %s, type: sleep, data: {duration: %s}}\n".formatted(id, duration);
  }

  private int calls(Started started, String path) {
    return service.calls(started.id() + ":" + path + ":1");
  }

  @Test
  void theNodeThatWasAskedAnswersWhicheverNodesRanIt() throws Exception {
    String through =
        save(
            "through",
            block("near", "default", "/echo"),
            block("far", "remote", "/echo"),
            block("back", "default", "/echo"));
    String ends =
        save("ends-far", block("near", "default", "/echo"), block("far", "remote", "/echo"));
    start(a, through, "0").result();

    Started first = start(a, through, "7");
    Started second = start(a, ends, "8");

    assertEquals("7", first.result());
    assertEquals("8", second.result());
    assertEquals(List.of("a", "b", "a"), nodes(first, "near", "far", "back"));
    assertEquals(List.of("a", "b"), nodes(second, "near", "far"));
  }

  private List<String> nodes(Started started, String... paths) {
    List<StepRow> steps = steps(started);
    return List.of(paths).stream()
        .map(
            path ->
                steps.stream().filter(s -> s.path().equals(path)).findFirst().orElseThrow().node())
        .toList();
  }

  @Test
  void everyStepIsRunAndRecordedOnceAlthoughBothNodesWork() throws Exception {
    String plan =
        save(
            "spread",
            block("one", "both", "/echo"),
            block("two", "default", "/echo"),
            block("three", "both", "/echo"));
    start(a, plan, "0").result();
    start(b, plan, "0").result();
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      all.add(start(i % 2 == 0 ? a : b, plan, Integer.toString(i)));
    }
    Set<String> ran = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      Started started = all.get(i);
      assertEquals(Integer.toString(i), started.result());
      List<StepRow> steps = steps(started);
      assertEquals(3, steps.size());
      for (StepRow step : steps) {
        ran.add(step.path() + " at " + step.node());
        assertEquals(1, calls(started, step.path()), step::toString);
      }
    }
    assertEquals(
        Set.of("one at a", "one at b", "two at a", "two at b", "three at a", "three at b"), ran);
    assertEquals(0, a.engine().counters().conflicts() + b.engine().counters().conflicts());
  }

  @Test
  void aTimerOfANodeThatHasLeftFiresAtAnother() throws Exception {
    String plan = save("nap", block("before", "default", "/echo"), sleep("pause", "2s"));
    Started started;
    try (EngineNode c = node("c", "")) {
      await().atMost(PATIENCE).until(() -> worksOn(c));
      started = start(c, plan, "3");
      await().until(() -> steps(started).size() == 2);
      assertEquals(List.of("c"), nodes(started, "before"));
    }
    Ending ending = b.engine().ending(started.id()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertEquals("3", assertInstanceOf(Ending.Completed.class, ending).result().text());
    assertEquals(1, calls(started, "before"));
  }

  @Test
  void whatAKilledNodeWasDoingIsDoneByAnother() throws Exception {
    save("ready", block("only", "default", "/echo"));
    save("killed", block("hanging", "default", "/hang-once"), block("after", "default", "/echo"));
    b.deployments().create("ready", Optional.empty(), "/ready", Optional.empty());
    b.deployments().create("killed", Optional.empty(), "/killed", Optional.empty());
    Process process = child("d");
    try {
      int port = Integer.parseInt(process.inputReader().readLine());
      await().atMost(PATIENCE).until(() -> nodeOf(call(port, "/ready"), "only").equals("d"));
      String id = call(port, "/killed");
      await().until(() -> service.calls(id + ":hanging:1") == 1);
      // From then on Kafka holds nothing of it that anybody would read.
      await().until(() -> a.groupLoad("default").orElseThrow().lag() == 0);
      process.destroyForcibly().waitFor();

      Ending ending = b.engine().ending(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      assertEquals("5", assertInstanceOf(Ending.Completed.class, ending).result().text());
      assertEquals(2, b.store().executions().steps(id).size());
      assertNotEquals("d", nodeOf(id, "hanging"));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void timersThatAreDueWhileTheirNodeIsDeadFireAtTheNextOne() throws Exception {
    save("timed-ready", block("only", "default", "/echo"));
    save("timed", "  - {id: nap, type: sleep, data: {duration: \"${ .for }\"}}\n");
    b.deployments().create("timed-ready", Optional.empty(), "/timed-ready", Optional.empty());
    b.deployments().create("timed", Optional.empty(), "/timed", Optional.empty());
    Process process = child("t");
    try {
      int port = Integer.parseInt(process.inputReader().readLine());
      await()
          .atMost(PATIENCE)
          .until(() -> nodeOf(call(port, "/timed-ready", "5"), "only").equals("t"));
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        ids.add(call(port, "/timed", "{\"for\": \"" + (1_500 + 50 * i) + "ms\"}"));
      }
      // In the midst of them some are due, some have fired, and some are still to come.
      await().until(() -> hasEnded(ids.get(10)));
      process.destroyForcibly().waitFor();

      for (String id : ids) {
        Ending ending = b.engine().ending(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertInstanceOf(Ending.Completed.class, ending);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private boolean hasEnded(String execution) {
    return b.store().executions().byId(execution).orElseThrow().completedAt() != null;
  }

  private String nodeOf(String execution, String path) {
    return await()
        .until(
            () ->
                b.store().executions().steps(execution).stream()
                    .filter(step -> step.path().equals(path))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow()
        .node();
  }

  /** Starts an execution over the HTTP API of a node. */
  private static String call(int port, String path) throws Exception {
    return call(port, path, "5");
  }

  private static String call(int port, String path, String input) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/api/deployed" + path))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "respond-async")
                    .POST(HttpRequest.BodyPublishers.ofString(input))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(202, answer.statusCode(), answer::body);
    return answer.headers().firstValue("X-Howdah-Execution").orElseThrow();
  }

  private Process child(String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djdk.httpclient.allowRestrictedHeaders=host",
            "-cp",
            System.getProperty("java.class.path"),
            EngineProcess.class.getName()));
    settings(name, "").forEach((key, value) -> command.add(key + "=" + value));
    return new ProcessBuilder(command)
        .redirectError(directory.resolve(name + ".log").toFile())
        .start();
  }

  @Test
  void aCancelAtAnotherNodeStopsTheWorkAndTellsTheCaller() throws Exception {
    String plan = save("cancelled", block("hanging", "default", "/hang-once"));
    Started started = start(a, plan, "1");
    await().until(() -> calls(started, "hanging") == 1);
    int running = a.engine().counters().inFlight();

    assertEquals(Cancellation.CANCELLED, cancel(b, started));

    Ending ending = started.ending().get(10, TimeUnit.SECONDS);
    assertEquals("enough", assertInstanceOf(Ending.Cancelled.class, ending).reason());
    await().until(() -> a.engine().counters().inFlight() < running);
    assertEquals(Cancellation.NOT_RUNNING, cancel(a, started));
  }

  @Test
  void aCancelAtAnotherNodeUndoesWhatIsDone() throws Exception {
    String plan =
        save(
            "undone",
            """
              - id: saga
                type: try
                data:
                  blocks:
                    - {id: before, type: http, data: {url: "ECHO", body: 1}}
                    - {id: hanging, type: http, data: {url: "URL", body: 1}}
                  compensate:
                    - {id: undo, for: before, type: sleep, data: {duration: 3s}}
            """
                .replace("URL", service.url("/hang-once"))
                .replace("ECHO", service.url("/echo")));
    Started started = start(a, plan, "1");
    await().until(() -> calls(started, "saga/hanging") == 1);
    int running = a.engine().counters().inFlight();

    assertEquals(Cancellation.UNDOING, cancel(b, started));

    await().until(() -> a.engine().counters().inFlight() < running);
    Ending ending = started.ending().get(20, TimeUnit.SECONDS);
    assertEquals("enough", assertInstanceOf(Ending.Cancelled.class, ending).reason());
  }

  private static Cancellation cancel(EngineNode at, Started started) throws Exception {
    return at.engine().cancel(started.id(), "enough", false).get(10, TimeUnit.SECONDS);
  }

  @Test
  void whoLooksAtAnExecutionOfAnotherNodeDoesNotDisturbIt() throws Exception {
    String plan =
        save(
            "looked-at",
            block("before", "remote", "/echo"),
            sleep("pause", "6s"),
            block("after", "default", "/echo"));
    Started started = start(a, plan, "4");
    for (int i = 0; i < 20 && !started.ending().isDone(); i++) {
      b.engine().waitingFor(started.id()).get(10, TimeUnit.SECONDS);
    }

    assertEquals("4", started.result());
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(8))
        .until(() -> calls(started, "before") == 1);
  }

  @Test
  void aKeyUsedAtBothNodesStartsOneExecution() throws Exception {
    save("keyed", block("only", "default", "/echo"));
    DeploymentRow row =
        b.deployments().create("keyed", Optional.empty(), "/keyed", Optional.empty());
    var deployed = new StartRequest.Deployed(row.id(), row.endpointPath());
    List<CompletableFuture<Engine.Accepted>> atA = new ArrayList<>();
    List<CompletableFuture<Engine.Accepted>> atB = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // In opposite orders, so that the transactions of the nodes cross.
      atA.add(a.engine().start(keyed(deployed, i)));
      atB.add(0, b.engine().start(keyed(deployed, 39 - i)));
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      Engine.Accepted one = atA.get(i).get(20, TimeUnit.SECONDS);
      Engine.Accepted other = atB.get(i).get(20, TimeUnit.SECONDS);
      assertEquals(one.id(), other.id());
      assertTrue(one.repeated() != other.repeated());
      ids.add(one.id());
    }
    assertEquals(40, ids.size());
    for (String id : ids) {
      a.engine().ending(id).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertEquals(1, service.calls(id + ":only:1"));
    }
    List<ExecutionRow> rows = b.store().executions().history(HistoryQuery.newest(row.id(), 100));
    assertEquals(40, rows.size());
  }

  private static StartRequest keyed(StartRequest.Deployed deployed, int i) {
    return new StartRequest(
        Optional.of(deployed),
        "keyed@1",
        Value.ofText("1"),
        "api",
        "test",
        Optional.of("key-" + i));
  }

  @Test
  void whatExecutionsOfTwoNodesShareIsOne() throws Exception {
    String asked = save("asked", "  - {id: ask, type: wait, data: {promise: \"${ .p }\"}}\n");
    String gathered =
        save(
            "gathered",
            "  - {id: all, type: aggregate, data: {key: \"${ .k }\", value: \"${ .v }\", size: 2}}\n");
    for (int i = 0; i < 5; i++) {
      Started waits = start(a, asked, "{\"p\": \"promise-%d\"}".formatted(i));
      Started one = start(a, gathered, "{\"k\": %d, \"v\": 7}".formatted(i));
      Started other = start(b, gathered, "{\"k\": %d, \"v\": 7}".formatted(i));
      String id = "promise-" + i;
      await().until(() -> b.engine().promise(turns -> turns.find(id)).get().isPresent());
      b.engine().promise(turns -> turns.settle(id, PromiseStatus.RESOLVED, "\"yes\"")).get();

      assertEquals("\"yes\"", waits.result());
      assertEquals(Set.of("[7,7]", "null"), Set.of(one.result(), other.result()));
    }
  }

  @Test
  void aKeyUsedAtBothNodesPassesOnce() throws Exception {
    String plan =
        save(
            "once",
            "  - {id: first, type: idempotent, data: {key: \"${ .k }\"}}\n",
            block("paid", "default", "/echo"));
    List<Started> atA = new ArrayList<>();
    List<Started> atB = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // In opposite orders, so that the transactions of the nodes cross.
      atA.add(start(a, plan, "{\"k\":%d}".formatted(i)));
      atB.add(0, start(b, plan, "{\"k\":%d}".formatted(39 - i)));
    }
    int passedAtA = 0;
    for (int i = 0; i < 40; i++) {
      String paid = "{\"k\":%d}".formatted(i);
      String one = atA.get(i).result();
      assertEquals(Set.of(paid, "null"), Set.of(one, atB.get(i).result()));
      assertEquals(1, calls(atA.get(i), "paid") + calls(atB.get(i), "paid"));
      passedAtA += one.equals("null") ? 0 : 1;
    }
    assertTrue(passedAtA > 0 && passedAtA < 40, "both nodes let some pass: " + passedAtA);
  }

  @Test
  void turnsAreGivenAtTheRateWhicheverNodesAskForThem() throws Exception {
    String plan =
        save("paced", "  - {id: turn, type: throttle, data: {rate: 10, per: 1h, burst: 2}}\n");
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(start(i % 2 == 0 ? a : b, plan, Integer.toString(i)));
    }
    await().until(() -> all.stream().allMatch(started -> !steps(started).isEmpty()));
    List<Long> turns = new ArrayList<>();
    Set<String> nodes = new HashSet<>();
    for (Started started : all) {
      StepRow turn = steps(started).get(0);
      turns.add(Json.trusted(turn.state()).get("until").asLong());
      if (turn.status() == StepStatus.WAITING) {
        nodes.add(turn.node());
      }
    }
    turns.sort(null);

    assertEquals(Set.of("a", "b"), nodes);
    // Two as they came, and then one every six minutes.
    long first = turns.get(0);
    assertTrue(turns.get(1) <= first + PATIENCE.toMillis(), turns::toString);
    for (int i = 2; i < turns.size(); i++) {
      assertEquals(first + (i - 1) * Duration.ofMinutes(6).toMillis(), turns.get(i));
    }
    for (Started started : all) {
      cancel(a, started);
    }
  }

  @Test
  void whatIsDeployedAtOneNodeIsSoonDeployedAtTheOther() {
    save("everywhere", block("only", "default", "/echo"));
    DeploymentRow row =
        b.deployments().create("everywhere", Optional.empty(), "/everywhere", Optional.empty());

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> a.deployments().at("/everywhere").isPresent());

    b.deployments().delete(row.id());
    await().atMost(Duration.ofSeconds(5)).until(() -> a.deployments().at("/everywhere").isEmpty());
  }

  @Test
  void ofTwoNodesWithOneNameTheFirstSaysThatItCannotGoOn() throws Exception {
    CompletableFuture<Fault> death = new CompletableFuture<>();
    Map<String, String> second = settings("namesake", "");
    second.put("howdah.data", directory.resolve("other").toString());
    try (EngineNode first =
            EngineNode.start(
                Settings.of(settings("namesake", "")),
                InstantSource.system(),
                false,
                death::complete);
        EngineNode other =
            EngineNode.start(
                Settings.of(second),
                InstantSource.system(),
                false,
                fault -> {
                  throw fault.toException();
                })) {
      Fault fault = death.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      assertEquals("engine.lost-partitions", fault.code());
      assertTrue(fault.message().contains("howdah.node"), fault.message());
      assertTrue(first.port() != other.port());
    }
  }

  @Test
  void aNodeThatJoinsRepeatsNothingThatRuns() throws Exception {
    String plan =
        save(
            "moved",
            sleep("pause", "700ms"),
            block("first", "default", "/echo"),
            block("second", "default", "/echo"));
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(start(i % 2 == 0 ? a : b, plan, Integer.toString(i)));
    }
    try (EngineNode c = node("e", "")) {
      await().atMost(PATIENCE).until(() -> worksOn(c));
      for (int i = 0; i < all.size(); i++) {
        assertEquals(Integer.toString(i), all.get(i).result());
      }
    }
    for (Started started : all) {
      assertEquals(3, steps(started).size());
      assertEquals(1, calls(started, "first"));
      assertEquals(1, calls(started, "second"));
    }
  }
}
