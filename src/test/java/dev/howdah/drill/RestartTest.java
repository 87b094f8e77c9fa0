package dev.howdah.drill;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for something goes on waiting for it in the next process. */
class RestartTest {
  private static final List<String> DESIGNS =
      List.of(
          """
          id: child
          blocks:
            - {id: nap, type: sleep, data: {duration: 4s}}
            - {id: made, type: transform, data: {value: "${ $input + 1 }"}}
          """,
          """
          id: parent
          blocks:
            - {id: sub, type: design, data: {design: child}}
            - {id: last, type: transform, data: {value: "${ . * 2 }"}}
          """,
          """
          id: late
          timeout: 5s
          blocks:
            - {id: nap, type: sleep, data: {duration: 1h}}
          """,
          """
          id: hour
          blocks:
            - {id: nap, type: sleep, data: {duration: 1h}}
          """,
          """
          id: saga
          blocks:
            - id: it
              type: try
              data:
                blocks:
                  - {id: done, type: transform, data: {value: 1}}
                  - {id: nap, type: sleep, data: {duration: 1h}}
                compensate:
                  - {id: undo, for: done, type: sleep, data: {duration: 3s}}
                finally:
                  blocks: [{id: tidy, type: transform, data: {value: 1}}]
          """,
          """
          id: long
          blocks:
            - {id: sub, type: design, data: {design: hour}}
          """);

  private static final String JSON = "application/json";

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private DrillProcess engine;
  private Installation installation;
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    engine =
        new DrillProcess(
            directory,
            "engine",
            "dev.howdah.Main",
            List.of(
                "serve",
                "--port=" + port,
                "--data=" + directory.resolve("data"),
                "--set=howdah.broker.port=" + freePort(),
                "--set=howdah.routes=" + directory.resolve("routes"),
                "--set=howdah.exec.allow=sh"));
    installation = new Installation(List.of(port));
    begin();
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void begin() throws Exception {
    engine.start();
    await().atMost(Duration.ofSeconds(60)).until(installation::isUp);
  }

  private HttpResponse<String> post(String path, String type, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Content-Type", type)
            .header("Prefer", "respond-async")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void deploy(String design) throws Exception {
    JsonNode saved = Json.read(post("/api/designs", "application/yaml", design).body());
    String id = saved.get("id").textValue();
    String deploy = "{\"design_id\": \"%s\", \"endpoint_path\": \"%s\"}".formatted(id, id);
    assertEquals(201, post("/api/deployments", JSON, deploy).statusCode());
  }

  private String execute(String design, String input) throws Exception {
    return post("/api/deployed/" + design, JSON, input)
        .headers()
        .firstValue("X-Howdah-Execution")
        .orElseThrow();
  }

  private JsonNode execution(String id) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/executions/" + id))
            .build();
    return Json.read(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private void cancel(String id) throws Exception {
    assertEquals(200, post("/api/executions/" + id + "/cancel", JSON, "{}").statusCode());
  }

  /** The child that the first step of an execution waits for. */
  private String childOf(String id) throws Exception {
    await().until(() -> execution(id).at("/steps/0").has("child_execution"));
    return execution(id).at("/steps/0/child_execution").textValue();
  }

  private JsonNode awaitEnd(String id) throws Exception {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !execution(id).path("status").asText("running").equals("running"));
    return execution(id);
  }

  @Test
  void childrenDeadlinesAndCancelsHoldOverAKill() throws Exception {
    for (String design : DESIGNS) {
      deploy(design);
    }
    String parent = execute("parent", "20");
    String late = execute("late", "null");
    String cancelledBefore = execute("long", "null");
    String cancelledAfter = execute("long", "null");
    String undone = execute("saga", "null");
    String child = childOf(parent);
    List<String> stopped = List.of(childOf(cancelledBefore), childOf(cancelledAfter));

    cancel(cancelledBefore);
    await().until(() -> execution(undone).at("/waiting_for/0/reason").asText().equals("sleep"));
    assertEquals(202, post("/api/executions/" + undone + "/cancel", JSON, "{}").statusCode());
    engine.kill();
    begin();

    assertEquals("running", execution(cancelledAfter).get("status").textValue());
    cancel(cancelledAfter);
    JsonNode made = awaitEnd(parent);
    assertEquals("completed", made.get("status").textValue());
    assertEquals(42, made.get("result_data").intValue());
    assertEquals(21, execution(child).get("result_data").intValue());
    assertEquals("execution.deadline", awaitEnd(late).at("/error/code").textValue());
    for (String id : List.of(cancelledBefore, cancelledAfter, stopped.get(0), stopped.get(1))) {
      assertEquals("cancelled", awaitEnd(id).get("status").textValue());
    }
    List<String> steps = new ArrayList<>();
    awaitEnd(undone)
        .get("steps")
        .forEach(s -> steps.add(s.get("path").asText() + " " + s.get("status").asText()));
    assertEquals(
        List.of(
            "it cancelled",
            "it/done completed",
            "it/nap cancelled",
            "it/undo completed",
            "it/tidy completed"),
        steps);
  }

  /** The promise that a step of its own waits for. */
  private String promiseOf(String execution) throws Exception {
    await()
        .until(() -> execution(execution).at("/waiting_for/0/reason").asText().equals("promise"));
    return execution(execution).at("/waiting_for/0/detail").textValue();
  }

  private void settle(String promise, String how) throws Exception {
    assertEquals(
        200, post("/api/promises/" + promise + "/" + how, "application/json", "{}").statusCode());
  }

  @Test
  void aRerunGoesOnFromAChildAndItsFilesOverAKill() throws Exception {
    deploy(
        """
        id: files
        blocks:
          - {id: make, type: exec, data: {command: [sh, -c, "echo one >> $DATA/made"], stdout: text}}
          - {id: hold, type: wait}
          - {id: read, type: exec, data: {command: [sh, -c, "cat $DATA/made"], stdout: text}}
        """);
    deploy(
        """
        id: reads
        blocks:
          - {id: sub, type: design, data: {design: files}}
          - {id: last, type: transform, data: {value: ["${ . }"]}}
        """);
    String failed = execute("reads", "null");
    String child = childOf(failed);
    settle(promiseOf(child), "reject");
    assertEquals("promise.rejected", awaitEnd(failed).at("/error/code").textValue());
    String again =
        Json.read(post("/api/executions/" + failed + "/rerun", "application/json", "{}").body())
            .get("execution_id")
            .textValue();
    await().until(() -> execution(again).at("/steps/1").has("child_execution"));
    String next = execution(again).at("/steps/1/child_execution").textValue();
    String promise = promiseOf(next);
    engine.kill();
    begin();
    settle(promise, "resolve");
    assertEquals("[\"one\\n\"]", awaitEnd(again).get("result_data").toString());
    assertEquals(child, execution(next).get("rerun_of").textValue());
    assertEquals(3, execution(next).get("steps").size());
  }

  @Test
  void aProgramThatSurvivedItsEngineEndsBeforeItsBlockRunsAgain() throws Exception {
    deploy(
        """
        id: program
        blocks:
          - id: it
            type: exec
            data:
              command:
                - sh
                - -c
                - "if [ -e $DATA/first ]; then kill -0 $(cat $DATA/first) && cat /proc/$(cat $DATA/first)/cmdline; else echo $$ > $DATA/.first; mv $DATA/.first $DATA/first; exec sleep 300; fi; true"
              stdout: text
        """);
    String id = execute("program", "null");
    Path first = directory.resolve("data").resolve("executions").resolve(id).resolve("first");
    await().until(() -> Files.exists(first));
    engine.kill();
    assertTrue(ProcessHandle.of(Long.parseLong(Files.readString(first).strip())).isPresent());
    begin();
    JsonNode ended = awaitEnd(id);
    assertEquals("completed", ended.get("status").textValue(), ended::toPrettyString);
    assertEquals("", ended.get("result_data").textValue());
  }
}
