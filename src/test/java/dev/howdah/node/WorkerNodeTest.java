package dev.howdah.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.Main;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.Topics;
import dev.howdah.config.Settings;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.engine.Cancellation;
import dev.howdah.engine.Progress;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.record.Rerun;
import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistakes;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.StepRow;
import dev.howdah.worker.agent.ScriptedModel;
import dev.howdah.worker.grpc.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerNodeTest {
  private static final Path DESIGNS = Path.of("designs").toAbsolutePath();

  @TempDir static Path directory;
  private ModuleServer modules;
  private EngineNode engine;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  void startEngine() throws Exception {
    modules = new ModuleServer(hash -> engine.catalog().byHash(hash));
    engine =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data",
                    directory.resolve("engine").toString(),
                    "howdah.http.port",
                    "0",
                    "howdah.http.url",
                    modules.url(),
                    "howdah.groups",
                    "",
                    "howdah.broker.port",
                    "0",
                    "howdah.exec.allow",
                    "sh",
                    "howdah.routes",
                    directory.resolve("routes").toString())),
            InstantSource.system(),
            false,
            fault -> {});
  }

  @AfterAll
  void stopEngine() {
    engine.close();
    modules.close();
  }

  @AfterEach
  void stopWorkers() throws Exception {
    for (AutoCloseable worker : opened) {
      worker.close();
    }
    opened.clear();
  }

  private WorkerNode worker(String group, String data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("howdah.kafka.bootstrap-servers", engine.bootstrapServers());
    settings.put("howdah.data", directory.resolve(data).toString());
    settings.put("howdah.exec.allow", "cat");
    settings.put("howdah.exec.data", directory.resolve("engine/executions").toString());
    WorkerNode worker =
        WorkerNode.start(
            Settings.of(settings),
            group,
            OptionalInt.of(0),
            InstantSource.system(),
            fault -> {
              throw fault.toException();
            });
    opened.add(worker);
    return worker;
  }

  private DesignCatalog.Saved save(String text) {
    return engine.catalog().save("test.yaml", text, name -> ModuleFiles.find(DESIGNS, name), true);
  }

  private CompletableFuture<Ending> start(String plan, String input) throws Exception {
    String id = engine.engine().nextId();
    CompletableFuture<Ending> ending = engine.engine().endingOfNew(id);
    engine
        .engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.ofText(input), "manual", "test", Optional.empty()),
            id)
        .get(10, TimeUnit.SECONDS);
    ids.add(id);
    return ending;
  }

  private final List<String> ids = new ArrayList<>();

  private static String result(CompletableFuture<Ending> ending) throws Exception {
    Ending ended = ending.get(30, TimeUnit.SECONDS);
    return assertInstanceOf(Ending.Completed.class, ended).result().text();
  }

  @Test
  void runsTheStagesOfItsGroupAndSaysWhoItWas() throws Exception {
    String plan = save(Files.readString(DESIGNS.resolve("fibonacci-chain.yaml"))).plan();
    List<String> names = new ArrayList<>();
    for (String group : List.of("first", "second", "third")) {
      names.add(worker(group, "shared").name());
    }

    assertEquals("9227465", result(start(plan, "{\"param0\": 5}")));

    List<StepRow> steps = engine.store().executions().steps(ids.get(ids.size() - 1));
    assertEquals(names, steps.stream().map(StepRow::node).toList());
    assertEquals(3, Set.copyOf(names).size());
  }

  @Test
  void workersOfOneGroupOnOneMachineShareTheWork() throws Exception {
    String plan = save(echo("sharing", "shared")).plan();
    WorkerNode one = worker("shared", "shared");
    WorkerNode other = worker("shared", "shared");
    await().until(() -> one.isReady() && other.isReady());
    assertNotEquals(one.name(), other.name());

    List<CompletableFuture<Ending>> endings = new ArrayList<>();
    List<String> started = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                endings.add(start(plan, String.valueOf(i)));
                started.add(ids.get(ids.size() - 1));
              }
              for (CompletableFuture<Ending> ending : endings) {
                result(ending);
              }
              return started.stream()
                      .flatMap(id -> engine.store().executions().steps(id).stream())
                      .map(StepRow::node)
                      .distinct()
                      .count()
                  == 2;
            });
  }

  private static String echo(String id, String group) {
    return """
        id: %s
        name: %s
        blocks:
          - id: call
            type: wasm
            group: %s
            data: {module: modules/fibo.wat, function: fibo, args: "${ [1] }"}
        """
        .formatted(id, id, group);
  }

  private static TestServer executor(List<String> called, boolean success) throws Exception {
    return TestServer.answering(
        "container_executor.proto",
        Files.readAllBytes(DESIGNS.resolve("modules/container_executor.proto")),
        "ContainerExecutor/Execute",
        request -> {
          called.add(request.get("outputFile").textValue());
          return Json.MAPPER
              .createObjectNode()
              .put("success", success)
              .put("message", success ? "done" : "18 rows have no household");
        });
  }

  @Test
  void servicesAreCalledAsTheDesignDescribesThemUntilOneSaysItFailed() throws Exception {
    worker("remote", "remote-data");
    String plan =
        save(Files.readString(DESIGNS.resolve("energy-pipeline.yaml"))
                .replace("type: grpc", "type: grpc\n    group: remote"))
            .plan();
    List<String> called = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (TestServer good = executor(called, true);
        TestServer bad = executor(called, false)) {
      String input = "{\"generator\": \"%s\", \"analyzer\": \"%s\", \"reporter\": \"%s\"}";
      assertEquals(
          "{\"success\":true,\"message\":\"done\"}",
          result(start(plan, input.formatted(good.target(), good.target(), good.target()))));
      assertEquals(
          List.of("/data/output1.json", "/data/output2.json", "/data/energy_report.csv"), called);

      called.clear();
      Ending.Failed failed =
          assertInstanceOf(
              Ending.Failed.class,
              start(plan, input.formatted(good.target(), bad.target(), good.target()))
                  .get(30, TimeUnit.SECONDS));
      assertEquals("grpc.failed", failed.fault().code());
      assertTrue(
          failed.fault().message().contains("18 rows have no household"), failed.fault().message());
      assertEquals(List.of("/data/output1.json", "/data/output2.json"), called);
    }
  }

  @Test
  void programsOfOneExecutionShareFilesWhereverTheyRun() throws Exception {
    worker("tools", "shared");
    String plan =
        save("""
                id: sharing-files
                name: Sharing files
                blocks:
                  - id: write
                    type: exec
                    data: {command: [sh, -c, "cat > greeting.json"]}
                  - id: read
                    type: exec
                    group: tools
                    data: {command: [cat, greeting.json]}
                """)
            .plan();

    assertEquals("{\"hello\":\"you\"}", result(start(plan, "{\"hello\": \"you\"}")));
  }

  @Test
  void anExecutionThatGoesOnFromAnotherFindsItsFilesWhereverItRuns() throws Exception {
    worker("heirs", "shared");
    String plan =
        save("""
                id: inherited-files
                name: Inherited files
                blocks:
                  - id: write
                    type: exec
                    data: {command: [sh, -c, "cat > greeting.json"]}
                  - id: read
                    type: exec
                    group: heirs
                    data: {command: [cat, greeting.json]}
                """)
            .plan();
    String first = engine.engine().nextId();
    CompletableFuture<Ending> ending = engine.engine().endingOfNew(first);
    engine
        .engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.ofText("[7]"), "manual", "test", Optional.empty()),
            first)
        .get();
    assertEquals("[7]", result(ending));
    Rerun.Wish wish =
        new Rerun.Wish(Optional.of("read"), Optional.empty(), Map.of(), Map.of(), "test");
    String again =
        engine
            .engine()
            .rerun(
                engine.store().executions().byId(first).orElseThrow(),
                Optional.empty(),
                wish,
                new Mistakes("request.invalid"))
            .get()
            .id();
    assertEquals("[7]", result(engine.engine().ending(again)));
  }

  @Test
  void eachWorkerHasProgramsOfItsOwn() throws Exception {
    worker("guarded", "shared");
    String plan =
        save("""
                id: not-allowed-here
                name: Not allowed here
                blocks:
                  - id: read
                    type: exec
                    group: guarded
                    data: {command: [sh, -c, "true"]}
                """)
            .plan();

    Ending.Failed failed =
        assertInstanceOf(Ending.Failed.class, start(plan, "1").get(30, TimeUnit.SECONDS));
    assertEquals("exec.not-allowed", failed.fault().code());
  }

  @Test
  void anotherTakesOverAtOnceWhenOneLeaves() throws Exception {
    String plan = save(echo("leaving", "leavers")).plan();
    WorkerNode leaver = worker("leavers", "shared");
    await().until(leaver::isReady);
    WorkerNode stays = worker("leavers", "shared");
    await().until(stays::isReady);

    leaver.close();
    long from = System.nanoTime();
    for (int i = 0; i < 16; i++) {
      result(start(plan, "1"));
    }

    // The session time-out, after which a silent member is given up, is six seconds.
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    assertTrue(took.toSeconds() < 5, took::toString);
  }

  @Test
  void comesBackUnderItsNameAndKeepsItsModules() throws Exception {
    String plan = save(echo("returning", "returners")).plan();
    WorkerNode first = worker("returners", "own");
    result(start(plan, "1"));
    String name = first.name();
    first.close();
    int asked = modules.asked();

    WorkerNode again = worker("returners", "own");
    result(start(plan, "1"));

    assertEquals(name, again.name());
    assertEquals(asked, modules.asked());
  }

  @Test
  void waitsForADesignItIsToldOfLater() throws Exception {
    worker("late", "shared");
    String plan = save(echo("told-later", "late")).plan();

    assertEquals("1", result(start(plan, "1")));
  }

  @Test
  void enginesThatAreGoneDoNoHarm() throws Exception {
    ModuleContent wrong =
        ModuleContent.of(
            "(module (func (export \"fibo\")))".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    try (ModuleServer liar = new ModuleServer(hash -> Optional.of(wrong));
        ModuleServer ignorant = new ModuleServer(hash -> Optional.empty())) {
      engine.engine().control().engine("gone", "http://localhost:1");
      engine.engine().control().engine("liar", liar.url());
      engine.engine().control().engine("ignorant", ignorant.url());
      String plan = save(echo("stale-engines", "stale")).plan();
      worker("stale", "stale-data");

      assertEquals("1", result(start(plan, "1")));
      assertTrue(liar.asked() > 0 && ignorant.asked() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void whatRetentionDeletedBeforeAnybodyReadItIsSentAgain(String mode) throws Exception {
    String group = "outlived-" + mode;
    String plan = save(echo(group, group) + "mode: " + mode + "\n").plan();
    CompletableFuture<Ending> ending = start(plan, "1");
    await().until(() -> deletesWhatIsQueued(group));
    worker(group, "shared");

    assertEquals("1", result(ending));
  }

  @Test
  void aStageOfAnExpressExecutionThatGetsLostAgainAndAgainFailsItsBlock() throws Exception {
    String plan =
        save("""
                id: lost
                mode: express
                blocks:
                  - id: guard
                    type: try
                    data:
                      blocks:
                        - id: call
                          type: wasm
                          group: lost
                          retry: {maxAttempts: 1}
                          data: {module: modules/fibo.wat, function: fibo, args: "${ [1] }"}
                      catch:
                        - errors: [worker.lost]
                          blocks: [{id: caught, type: transform, data: {value: lost}}]
                """)
            .plan();
    CompletableFuture<Ending> ending = start(plan, "1");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              deletesWhatIsQueued("lost");
              return ending.isDone();
            });

    assertEquals("\"lost\"", result(ending));
  }

  /** As retention would; false when there was nothing. */
  private boolean deletesWhatIsQueued(String group) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new LinkedHashMap<>();
    Map<TopicPartition, RecordsToDelete> all = new LinkedHashMap<>();
    for (int i = 0; i < 8; i++) {
      TopicPartition partition = new TopicPartition(Topics.group(group), i);
      latest.put(partition, OffsetSpec.latest());
      all.put(partition, RecordsToDelete.beforeOffset(-1));
    }
    try (Admin admin = Admin.create(Clients.admin(ClusterAccess.open(engine.bootstrapServers())))) {
      boolean any =
          admin.listOffsets(latest).all().get().values().stream().anyMatch(end -> end.offset() > 0);
      if (any) {
        admin.deleteRecords(all).all().get();
      }
      return any;
    }
  }

  @Test
  void whatAKilledWorkerOfAnExpressExecutionWasDoingIsDoneByTheNext() throws Exception {
    try (CountingService service = new CountingService()) {
      String plan =
          save("""
                  id: mortal
                  mode: express
                  blocks:
                    - {id: call, type: http, group: mortal, data: {url: "%s", body: "${ . }"}}
                    - {id: then, type: transform, data: {value: ["${ . }"]}}
                  """
                  .formatted(service.url("/hang-once")))
              .plan();
      Process killed = workerProcess("mortal", "mortal-data");
      CompletableFuture<Ending> ending = start(plan, "7");
      String key = ids.get(ids.size() - 1) + ":call:1";
      try {
        await().atMost(Duration.ofSeconds(40)).until(() -> service.calls(key) == 1);
      } finally {
        killed.destroyForcibly().waitFor();
      }
      worker("mortal", "mortal-data");

      assertEquals("[7]", result(ending));
      assertEquals(2, service.calls(key));
    }
  }

  /** A worker that can be killed. */
  private Process workerProcess(String group, String data) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djdk.httpclient.allowRestrictedHeaders=host",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "worker",
            "--group",
            group,
            "-D",
            "howdah.kafka.bootstrap-servers=" + engine.bootstrapServers(),
            "-D",
            "howdah.data=" + directory.resolve(data))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(data + ".log").toFile())
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void whatWasQueuedOfACancelledExecutionDoesNotRun(String mode) throws Exception {
    String group = "late-" + mode;
    try (CountingService service = new CountingService()) {
      String plan =
          save("""
                  id: %s
                  mode: %s
                  blocks:
                    - {id: call, type: http, group: %s, data: {url: "%s", body: "${ . }"}}
                  """
                  .formatted(group, mode, group, service.url("/echo")))
              .plan();
      CompletableFuture<Ending> cancelled = start(plan, "1");
      String key = ids.get(ids.size() - 1) + ":call:1";
      await().until(() -> queued(group) == 1);
      String id = ids.get(ids.size() - 1);
      assertEquals(
          Cancellation.CANCELLED,
          engine.engine().cancel(id, "test", false).get(10, TimeUnit.SECONDS));
      assertEquals(new Ending.Cancelled("test"), cancelled.get(10, TimeUnit.SECONDS));
      CompletableFuture<Ending> wanted = start(plan, "2");

      worker(group, "shared");

      assertEquals("2", result(wanted));
      await().until(() -> queued(group) == 0);
      assertEquals(0, service.calls(key));
    }
  }

  private long queued(String group) {
    return engine.groupLoad(group).orElseThrow().lag();
  }

  @Test
  void tellsProbesHowItIs() throws Exception {
    WorkerNode worker = worker("probed", "shared");
    await().until(worker::isReady);
    HttpResponse<String> answer = get(worker, "/health");

    assertEquals(200, answer.statusCode());
    JsonNode page = Json.read(answer.body());
    assertEquals("probed", page.get("group").textValue());
    assertEquals(worker.name(), page.get("node").textValue());
    assertEquals(0, page.get("running").intValue());
    assertTrue(page.get("ready").booleanValue());
    assertEquals(404, get(worker, "/").statusCode());
  }

  private static HttpResponse<String> get(WorkerNode worker, String path) throws Exception {
    int port = worker.healthPort().orElseThrow();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void refusesTheGroupOfTheEngine() {
    FaultException refused = assertThrows(FaultException.class, () -> worker("default", "shared"));
    assertEquals("config.group", refused.fault().code());
  }

  @Test
  void whatAnAgentWritesIsHeardWhileItDoesAndWhatItTookIsRecorded() throws Exception {
    try (ScriptedModel model = ScriptedModel.start()) {
      model.on(question -> true, question -> "One hump or two?");
      worker("thinkers", "thinker");
      String plan =
          save("""
              id: think
              blocks:
              - id: think
                type: agent
                group: thinkers
                data: {base_url: "URL", model: small}
              """
                  .replace("URL", model.url().toString()))
              .plan();
      String id = engine.engine().nextId();
      List<Progress> heard = new CopyOnWriteArrayList<>();
      CompletableFuture<Ending> ending = engine.engine().endingOfNew(id);
      try (AutoCloseable watch = engine.engine().watch(id, heard::add)) {
        engine
            .engine()
            .start(
                new StartRequest(
                    Optional.empty(), plan, Value.ofText("\"?\""), "manual", "t", Optional.empty()),
                id)
            .get(10, TimeUnit.SECONDS);
        assertEquals("\"One hump or two?\"", result(ending));
      }
      StringBuilder text = new StringBuilder();
      for (Progress progress : heard) {
        if (progress instanceof Progress.Told told) {
          assertEquals("think", told.partial().path());
          text.append(told.partial().text());
        }
      }
      assertEquals("One hump or two?", text.toString());
      assertEquals(
          "{\"meta\":{\"model\":\"small\",\"input_tokens\":1,\"output_tokens\":4}}",
          engine.store().executions().steps(id).get(0).state());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void anAgentOfAWorkerGroupCallsBlocksAndDesigns(String mode) throws Exception {
    String group = "tools-" + mode;
    save("id: doubled\nblocks: [{id: t, type: transform, data: {value: \"${ .n * 2 }\"}}]\n");
    try (ScriptedModel model = ScriptedModel.start()) {
      model.on(asked("2 and 3"), 1, ScriptedModel.calls("add", "{\"a\": 2, \"b\": 3}"));
      model.on(asked("5"), 1, ScriptedModel.calls("twice", "{\"n\": 21}"));
      model.on(asked("42"), question -> "It is 42.");
      WorkerNode worker = worker(group, "shared");
      String plan =
          save("""
                  id: %1$s
                  mode: %2$s
                  blocks:
                  - id: helper
                    type: agent
                    group: %1$s
                    data:
                      base_url: "%3$s"
                      model: small
                      tools:
                      - name: add
                        description: Adds two numbers
                        group: %1$s
                        type: wasm
                        data: {module: modules/fibo.wat, function: fibo, args: "${ [.a + .b - 1] }"}
                      - {name: twice, description: Doubles a number, design: doubled}
                  """
                  .formatted(group, mode, model.url()))
              .plan();

      assertEquals("\"It is 42.\"", result(start(plan, "\"What are 2 and 3?\"")));
      String execution = ids.get(ids.size() - 1);
      List<String> here =
          engine.store().executions().steps(execution).stream()
              .filter(step -> step.node().equals(worker.name()))
              .map(StepRow::path)
              .toList();
      assertEquals(
          mode.equals("express")
              ? List.of()
              : List.of(
                  "helper", "helper#1/add", "helper#1/model", "helper#2/model", "helper#3/model"),
          here);
      assertEquals(3, model.questions().size());
    }
  }

  private static Predicate<ScriptedModel.Question> asked(String text) {
    return question -> question.last().contains(text);
  }
}
