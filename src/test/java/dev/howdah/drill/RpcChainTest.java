package dev.howdah.drill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import dev.howdah.node.CountingService;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The crash drill of an RPC chain: foo calls bar, bar calls baz, each in a process of its own, and
 * one of them dies while bar is busy between calling baz and awaiting it.
 */
class RpcChainTest {
  private static final Path DESIGNS = Path.of("designs");
  private static final String INPUT = "{\"n\": 1}";

  /** The same chain over a service that counts who calls it, and leaves bar's first call alone. */
  private static final String COUNTED =
      """
      id: counted
      blocks:
        - {id: baz, type: http, group: baz, data: {url: "URL/baz", body: "${ $input.n + 1 }"}}
        - {id: busy, type: sleep, group: bar, data: {duration: 2s}}
        - {id: bar, type: http, group: bar, data: {url: "URL/hang-once", body: "${ .baz + 1 }"}}
        - {id: foo, type: http, group: foo, data: {url: "URL/foo", body: "${ . + 1 }"}}
      connections:
        - {source: baz, target: bar}
        - {source: busy, target: bar}
        - {source: bar, target: foo}
      """;

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, DrillProcess> workers = new HashMap<>();
  private DrillProcess engine;
  private Installation installation;
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    int broker = freePort();
    engine =
        new DrillProcess(
            directory,
            "engine",
            "dev.howdah.Main",
            List.of(
                "serve",
                "--groups=",
                "--port=" + port,
                "--data=" + directory.resolve("data"),
                "--set=howdah.broker.port=" + broker,
                "--set=howdah.routes=" + directory.resolve("routes")));
    installation = new Installation(List.of(port));
    engine.start();
    awaitUp();
    good(send("PUT", "/api/modules/modules/add-one.wat", "text/plain", module()));
    deploy("rpc-chain", read("rpc-chain.yaml"), "/foo");
    for (String group : List.of("foo", "bar", "baz")) {
      DrillProcess worker =
          new DrillProcess(
              directory,
              group,
              "dev.howdah.Main",
              List.of(
                  "worker",
                  "--group=" + group,
                  "--bootstrap-servers=localhost:" + broker,
                  "--data=" + directory.resolve("workers")));
      worker.start();
      workers.put(group, worker);
    }
  }

  @AfterEach
  void stop() {
    workers.values().forEach(DrillProcess::close);
    engine.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String read(String design) throws IOException {
    return Files.readString(DESIGNS.resolve(design));
  }

  private static String module() throws IOException {
    return Files.readString(DESIGNS.resolve("modules").resolve("add-one.wat"));
  }

  private void awaitUp() {
    await().atMost(Duration.ofSeconds(60)).until(installation::isUp);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(90));
  }

  private HttpResponse<String> send(String method, String path, String type, String body)
      throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void good(HttpResponse<String> answer) {
    assertTrue(answer.statusCode() < 300, answer.body());
  }

  private void deploy(String id, String design, String path) throws Exception {
    good(send("POST", "/api/designs", "application/yaml", design));
    good(
        send(
            "POST",
            "/api/deployments",
            "application/json",
            "{\"design_id\": \"%s\", \"endpoint_path\": \"%s\"}".formatted(id, path)));
  }

  private HttpRequest call(String key) {
    return request("/api/deployed/foo")
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(INPUT))
        .build();
  }

  private JsonNode execution(String id) throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/api/executions/" + id).GET().build(), HttpResponse.BodyHandlers.ofString());
    return Json.read(answer.body());
  }

  /** The execution of a key, once baz has run and bar is busy. */
  private String busy(String key) throws Exception {
    HttpResponse<String> accepted =
        client.send(
            request("/api/deployed/foo")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .header("Prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString(INPUT))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    good(accepted);
    String id = Json.read(accepted.body()).get("execution_id").asText();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              JsonNode steps = execution(id).get("steps");
              return is(steps, "baz", "completed") && is(steps, "busy", "waiting");
            });
    return id;
  }

  private static boolean is(JsonNode steps, String path, String status) {
    for (JsonNode step : steps) {
      if (step.get("path").asText().equals(path) && step.get("status").asText().equals(status)) {
        return true;
      }
    }
    return false;
  }

  private void assertEachRanOnce(String id) throws Exception {
    Map<String, Integer> ran = new HashMap<>();
    for (JsonNode step : execution(id).get("steps")) {
      assertEquals("completed", step.get("status").asText(), step.toString());
      ran.merge(step.get("path").asText(), 1, Integer::sum);
    }
    assertEquals(Map.of("baz", 1, "busy", 1, "bar", 1, "foo", 1), ran);
  }

  @Test
  void theWaitingCallerGetsTheResultAlthoughBarWasKilledWhileBusy() throws Exception {
    CompletableFuture<HttpResponse<String>> caller =
        client.sendAsync(call("bar-dies"), HttpResponse.BodyHandlers.ofString());
    String id = busy("bar-dies");
    workers.get("bar").kill();
    workers.get("bar").start();

    HttpResponse<String> answer = caller.join();
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("4", answer.body());
    assertEachRanOnce(id);
  }

  @Test
  void theCallerAsksAgainWithItsKeyAfterTheEngineWasKilled() throws Exception {
    CompletableFuture<HttpResponse<String>> caller =
        client.sendAsync(call("engine-dies"), HttpResponse.BodyHandlers.ofString());
    String id = busy("engine-dies");
    engine.kill();
    assertTrue(
        caller.handle((answer, gone) -> gone instanceof CompletionException).join(),
        "the caller lost its connection");
    engine.start();
    awaitUp();

    HttpResponse<String> answer =
        client.send(call("engine-dies"), HttpResponse.BodyHandlers.ofString());
    assertEquals("4", answer.body());
    assertEquals(id, answer.headers().firstValue("X-Howdah-Execution").orElse(""));
    assertEachRanOnce(id);
  }

  @Test
  void nobodyButBarIsCalledTwiceWhenBarDiesAtRestAndAtWorkAndComesBackLate() throws Exception {
    try (CountingService service = new CountingService()) {
      deploy("counted", COUNTED.replace("URL", service.url("")), "/counted");
      CompletableFuture<HttpResponse<String>> caller =
          client.sendAsync(
              request("/api/deployed/counted")
                  .header("Content-Type", "application/json")
                  .header("Idempotency-Key", "counted")
                  .POST(HttpRequest.BodyPublishers.ofString(INPUT))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String id = only("/counted");
      await().until(() -> is(execution(id).get("steps"), "busy", "waiting"));
      await().until(() -> service.calls(id + ":baz:1") == 1);
      workers.get("bar").kill();
      // It stays away until it has something to do.
      await().atMost(Duration.ofSeconds(60)).until(() -> waitsForWorkers(id, "bar"));
      assertEquals(0, service.calls(id + ":bar:1"));

      workers.get("bar").start();
      await().atMost(Duration.ofSeconds(60)).until(() -> service.calls(id + ":bar:1") == 1);
      workers.get("bar").kill();
      workers.get("bar").start();

      assertEquals("4", caller.join().body());
      assertEquals(2, service.calls(id + ":bar:1"));
      assertEquals(1, service.calls(id + ":baz:1"));
      assertEquals(1, service.calls(id + ":foo:1"));
      assertEachRanOnce(id);
    }
  }

  /** The id of the only execution of a deployment. */
  private String only(String path) throws Exception {
    String deployment = "";
    for (JsonNode one : list("/api/deployments")) {
      deployment =
          one.get("endpoint_path").asText().equals(path) ? one.get("id").asText() : deployment;
    }
    String logs = "/api/deployments/" + deployment + "/logs";
    await().until(() -> list(logs).size() == 1);
    return list(logs).get(0).get("execution_id").asText();
  }

  private JsonNode list(String path) throws Exception {
    return Json.read(
        client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString()).body());
  }

  private boolean waitsForWorkers(String id, String path) throws Exception {
    for (JsonNode waiting : execution(id).path("waiting_for")) {
      if (waiting.get("path").asText().equals(path)) {
        return waiting.get("live_workers").asInt(1) == 0;
      }
    }
    return false;
  }
}
