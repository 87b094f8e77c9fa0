package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionsApiTest {
  private static final String WAY =
      """
      id: way
      name: Way
      blocks:
        - {id: start, type: transform, data: {value: {n: "${ .n }"}}}
        - id: choose
          type: router
          data:
            routes:
              - {when: "${ .n > 5 }", to: [big]}
            otherwise: [small]
        - {id: big, type: transform, data: {value: "${ .n * 10 }"}}
        - {id: small, type: transform, data: {value: "${ .n }"}}
        - {id: left, type: transform, data: {value: "left"}}
        - {id: join, type: transform, data: {value: "${ . }"}}
      connections:
        - {source: start, target: choose}
        - {source: choose, target: big}
        - {source: choose, target: small}
        - {source: start, target: left}
        - {source: big, target: join}
        - {source: small, target: join}
        - {source: left, target: join}
      """;

  private static final String EACH =
      """
      id: each
      name: Each
      blocks:
        - id: items
          type: split
          data:
            items: "${ .list }"
            blocks:
              - {id: double, type: transform, data: {value: "${ . * 2 }"}}
              - {id: text, type: transform, data: {value: "${ tostring }"}}
      """;

  private static final String CAUGHT =
      """
      id: caught
      name: Caught
      blocks:
        - {id: boom, type: transform, data: {value: "${ error(\\"no\\") }"}}
        - {id: after, type: transform, data: {value: "${ .block }"}}
      connections:
        - {source: boom, target: after, on: error}
      """;

  private static final String NOBODY =
      """
      id: nobody
      name: Nobody
      blocks:
        - id: far
          type: transform
          group: gpu
          data: {value: 1}
      """;

  private static final String PARENT =
      """
      id: parent
      name: Parent
      blocks:
        - {id: child, type: design, data: {design: nap}}
      """;

  private static final String LARGE =
      """
      id: large
      name: Large
      blocks:
        - {id: nap, type: sleep, data: {duration: 1s}}
        - id: items
          type: split
          data:
            items: "${ [range(200)] }"
            blocks:
              - {id: text, type: transform, data: {value: "${ \\"x\\" * 60000 }"}}
      """;

  /** The first block is undone once a promise is settled that its number names. */
  private static final String SAGA =
      """
      id: %s
      mode: %s
      blocks:
        - id: saga
          type: try
          data:
            blocks:
              - {id: a, type: transform, data: {value: "${ . }"}}
              - {id: nap, type: sleep, data: {duration: 1h}}
            compensate:
              - {id: undo, for: a, type: wait, data: {promise: "undo-${ . }"}}
            finally:
              blocks: [{id: tidy, type: transform, data: {value: 1}}]
      """;

  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of("howdah.groups", "default"));
    for (String design : new String[] {ApiNode.NAP, WAY, EACH, CAUGHT, NOBODY, PARENT, LARGE}) {
      node.deploy(design);
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String started(String design, String input) throws Exception {
    return json(node.post("/api/deployed/" + design, input, "Prefer", "respond-async"), 202)
        .get("execution_id")
        .asText();
  }

  private static JsonNode execution(String id) throws Exception {
    return json(node.get("/api/executions/" + id), 200);
  }

  private static JsonNode finished(String design, String input) throws Exception {
    return execution(header(node.post("/api/deployed/" + design, input), "X-Howdah-Execution"));
  }

  private static JsonNode step(JsonNode execution, String path) {
    for (JsonNode step : execution.get("steps")) {
      if (step.get("path").asText().equals(path)) {
        return step;
      }
    }
    throw new AssertionError("no step " + path + " in " + execution);
  }

  @Test
  void anExecutionIsShownWithEveryStepInTheOrderOfTheirBeginning() throws Exception {
    JsonNode execution = finished("way", "{\"n\": 7}");

    assertEquals("completed", execution.get("status").asText());
    assertEquals("way", execution.get("design_id").asText());
    assertFalse(execution.has("waiting_for"));
    List<String> paths = new ArrayList<>();
    execution.get("steps").forEach(step -> paths.add(step.get("path").asText()));
    assertTrue(paths.indexOf("start") < paths.indexOf("choose"), paths.toString());
    assertTrue(paths.indexOf("choose") < paths.indexOf("big"), paths.toString());
    assertTrue(paths.indexOf("left") < paths.indexOf("join"), paths.toString());

    JsonNode start = step(execution, "start");
    Set<String> names = new HashSet<>();
    start.fieldNames().forEachRemaining(names::add);
    assertEquals(
        Set.of(
            "path",
            "block",
            "type",
            "status",
            "attempt",
            "group",
            "node",
            "input",
            "output",
            "started_at",
            "duration_ms",
            "error"),
        names);
    assertEquals("transform", start.get("type").asText());
    assertEquals("default", start.get("group").asText());
    assertEquals(1, start.get("attempt").asInt());
    Instant.parse(start.get("started_at").asText());
    assertTrue(start.get("duration_ms").asDouble() > 0);
  }

  @Test
  void theInputOfAStepIsWhatTheBlocksBeforeItGave() throws Exception {
    JsonNode execution = finished("way", "{\"n\": 7, \"more\": 1}");

    assertEquals(Json.read("{\"n\": 7, \"more\": 1}"), step(execution, "start").get("input"));
    assertEquals(Json.read("{\"n\": 7}"), step(execution, "choose").get("input"));
    assertEquals(Json.read("{\"n\": 7}"), step(execution, "big").get("input"));
    assertEquals(
        Json.read("{\"big\": 70, \"left\": \"left\"}"), step(execution, "join").get("input"));
  }

  @Test
  void theInputOfAStepInsideASplitIsItsItem() throws Exception {
    JsonNode execution = finished("each", "{\"list\": [1, 2, 3]}");

    assertEquals(2, step(execution, "items[1]/double").get("input").asInt());
    assertEquals(4, step(execution, "items[1]/text").get("input").asInt());
    assertEquals("text", step(execution, "items[1]/text").get("block").asText());
    assertEquals("transform", step(execution, "items[2]/text").get("type").asText());
    assertEquals(Json.read("{\"list\": [1, 2, 3]}"), step(execution, "items").get("input"));
  }

  @Test
  void theInputBehindAnErrorConnectionIsTheFault() throws Exception {
    JsonNode execution = finished("caught", "1");

    assertEquals("failed", step(execution, "boom").get("status").asText());
    assertFalse(step(execution, "boom").at("/error/code").asText().isEmpty());
    assertEquals("boom", step(execution, "after").at("/input/block").asText());
    assertEquals("boom", execution.get("result_data").asText());
  }

  @Test
  void whoRunsACallIsNamedAndItsCancelIsRecorded() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      node.deploy(
          """
          id: held
          name: Held
          blocks:
            - {id: call, type: http, data: {url: "http://localhost:PORT/"}}
          """
              .replace("PORT", "" + silent.getLocalPort()));
      String id = started("held", "1");
      JsonNode waiting =
          await().until(() -> execution(id).at("/waiting_for/0"), w -> w.path("node").isTextual());
      assertEquals("call", waiting.get("path").asText());
      assertEquals("group", waiting.get("reason").asText());

      json(node.post("/api/executions/" + id + "/cancel", ""), 200);

      JsonNode step = step(execution(id), "call");
      assertEquals("cancelled", step.get("status").asText());
      assertEquals(1, step.get("attempt").asInt());
    }
  }

  @Test
  void aGroupWithoutWorkersIsNamedWithItsCure() throws Exception {
    String id = started("nobody", "1");

    JsonNode execution = execution(id);
    assertEquals("running", execution.get("status").asText());
    JsonNode waiting = execution.at("/waiting_for/0");
    assertEquals("far", waiting.get("path").asText());
    assertEquals("group", waiting.get("reason").asText());
    assertEquals("gpu", waiting.get("group").asText());
    assertEquals(0, waiting.get("live_workers").asInt());
    assertTrue(waiting.get("queued").asInt() >= 1);
    assertEquals(1, waiting.get("attempt").asInt());
    Instant.parse(waiting.get("since").asText());
    assertTrue(
        waiting.get("message").asText().contains("howdah worker --group gpu"), waiting.toString());
    json(node.post("/api/executions/" + id + "/cancel", ""), 200);
  }

  @Test
  void aSleepTellsWhenItIsOverAndAChildWhichItIs() throws Exception {
    String id = started("parent", "{\"for\": \"1h\"}");
    await().until(() -> execution(id).at("/waiting_for/0/reason").asText().equals("child"));

    String child = execution(id).at("/waiting_for/0/detail").asText();
    await().until(() -> execution(child).at("/waiting_for/0/reason").asText().equals("sleep"));
    JsonNode sleep = execution(child).at("/waiting_for/0");
    assertTrue(
        Instant.parse(sleep.get("due_at").asText())
            .isAfter(Instant.parse(sleep.get("since").asText())));
    assertEquals(id, execution(child).get("parent_execution").asText());
    assertEquals(child, step(execution(id), "child").get("child_execution").asText());
    json(node.post("/api/executions/" + id + "/cancel", "{}"), 200);
    await().until(() -> execution(child).get("status").asText().equals("cancelled"));
  }

  @Test
  void aCancelledExecutionUndoesWhatIsDoneFirst() throws Exception {
    node.deploy(SAGA.formatted("saga", "durable"));
    String id = started("saga", "7");
    await().until(() -> execution(id).at("/waiting_for/0/reason").asText().equals("sleep"));
    String cancel = "/api/executions/" + id + "/cancel";

    JsonNode undoing = json(node.post(cancel, "{\"reason\": \"changed my mind\"}"), 202);

    assertEquals("running", undoing.get("status").asText());
    JsonNode waiting = execution(id);
    assertEquals("cancelled", waiting.at("/ending/status").asText());
    assertEquals("changed my mind", waiting.at("/ending/error/message").asText());
    assertEquals("saga/undo", waiting.at("/waiting_for/0/path").asText());
    json(node.post(cancel, "{}"), 202);
    settle(id, "7");

    await().until(() -> execution(id).get("status").asText().equals("cancelled"));
    JsonNode ended = execution(id);
    assertEquals("changed my mind", ended.at("/error/message").asText());
    assertEquals("completed", step(ended, "saga/undo").get("status").asText());
    assertEquals("completed", step(ended, "saga/tidy").get("status").asText());
    assertEquals("cancelled", step(ended, "saga").get("status").asText());
    assertEquals("cancelled", step(ended, "saga/nap").get("status").asText());
  }

  @Test
  void aCancelAtOnceUndoesNothing() throws Exception {
    node.deploy(SAGA.formatted("saga-at-once", "durable"));
    String id = started("saga-at-once", "8");
    await().until(() -> execution(id).at("/waiting_for/0/reason").asText().equals("sleep"));
    String cancel = "/api/executions/" + id + "/cancel";
    json(node.post(cancel, "{}"), 202);

    problem(node.post(cancel, "{\"at_once\": \"yes\"}"), 400, "request.invalid");
    json(node.post(cancel, "{\"at_once\": true}"), 200);

    assertEquals("cancelled", execution(id).get("status").asText());
    assertEquals("cancelled", step(execution(id), "saga/undo").get("status").asText());
  }

  @Test
  void anExpressExecutionUndoesWhatIsDoneToo() throws Exception {
    node.deploy(SAGA.formatted("saga-express", "express"));
    String id = started("saga-express", "9");
    await().until(() -> execution(id).at("/waiting_for/0/reason").asText().equals("sleep"));

    json(node.post("/api/executions/" + id + "/cancel", "{}"), 202);
    settle(id, "9");

    await().until(() -> execution(id).get("status").asText().equals("cancelled"));
  }

  /** Settles the promise that undoing waits for, which tells that it has run. */
  private static void settle(String id, String input) throws Exception {
    String promise = "/api/promises/undo-" + input;
    await().until(() -> node.get(promise).statusCode() == 200);
    assertEquals("running", execution(id).get("status").asText());
    json(node.post(promise + "/resolve", "{}"), 200);
  }

  @Test
  void anExecutionIsCancelledOnce() throws Exception {
    String id = started("nap", "{\"for\": \"1h\"}");
    String cancel = "/api/executions/" + id + "/cancel";

    JsonNode cancelled = json(node.post(cancel, "{\"reason\": \"changed my mind\"}"), 200);

    assertEquals("cancelled", cancelled.get("status").asText());
    assertEquals("cancelled", execution(id).get("status").asText());
    assertEquals("changed my mind", execution(id).at("/error/message").asText());
    problem(node.post(cancel, "{}"), 409, "execution.ended");
    problem(node.post("/api/executions/none/cancel", "{}"), 404, "execution.unknown");
    problem(node.get("/api/executions/none"), 404, "execution.unknown");
    problem(node.get("/api/executions/none/events"), 404, "execution.unknown");
  }

  // ---- events

  private record Event(String id, String name, JsonNode data) {
    /** What tells it from every other event of its execution. */
    String key() {
      return name
          + " "
          + data.path("path").asText()
          + " "
          + data.path("attempt").asText()
          + " "
          + data.path("status").asText();
    }
  }

  private static List<Event> events(String id, String lastEventId) throws Exception {
    HttpRequest.Builder request = node.request("/api/executions/" + id + "/events");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<String> response = node.send(request);
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("text/event-stream", header(response, "Content-Type"));
    return parsed(response.body());
  }

  private static List<Event> parsed(String stream) throws Exception {
    List<Event> events = new ArrayList<>();
    for (String block : stream.split("\n\n", -1)) {
      String[] lines = block.split("\n", -1);
      if (lines.length == 3) {
        events.add(
            new Event(
                lines[0].substring("id: ".length()),
                lines[1].substring("event: ".length()),
                Json.read(lines[2].substring("data: ".length()))));
      }
    }
    return events;
  }

  private static List<String> keys(List<Event> events) {
    return events.stream().map(Event::key).toList();
  }

  @Test
  void whatAnExecutionDoesIsToldFromItsBeginningToItsEndWithoutGapOrDouble() throws Exception {
    String id = started("nap", "{\"for\": \"1500ms\"}");

    List<Event> live = events(id, "");

    List<String> keys = keys(live);
    assertEquals(keys.size(), Set.copyOf(keys).size(), keys.toString());
    assertTrue(keys.contains("step nap 1 waiting"), keys.toString());
    assertTrue(keys.contains("step nap 1 completed"), keys.toString());
    assertTrue(keys.contains("sent done 1 "), keys.toString());
    assertTrue(keys.contains("step done 1 completed"), keys.toString());
    assertTrue(keys.indexOf("step nap 1 waiting") < keys.indexOf("step nap 1 completed"));
    Event end = live.get(live.size() - 1);
    assertEquals("end", end.name());
    assertEquals("completed", end.data().get("status").asText());
    assertEquals("1500ms", end.data().at("/result_data/slept").asText());
    for (Event event : live) {
      if (event.name().equals("step")) {
        assertFalse(event.data().get("type").asText().isEmpty());
        assertFalse(event.data().has("input"));
      }
    }
  }

  @Test
  void whoWasCutOffResumesBehindTheLastEvent() throws Exception {
    String id = started("each", "{\"list\": [1, 2, 3, 4, 5]}");
    List<Event> all = events(id, "");
    List<String> recorded =
        keys(all).stream()
            .filter(key -> !key.startsWith("sent") && !key.endsWith("waiting"))
            .toList();
    assertEquals(12, recorded.size(), recorded.toString());

    for (int i = 0; i < all.size() - 1; i++) {
      List<String> behind = keys(all.subList(i + 1, all.size()));
      List<String> resumed = keys(events(id, all.get(i).id()));
      assertEquals(behind.stream().filter(recorded::contains).toList(), resumed);
    }
    HttpRequest.Builder after =
        node.request("/api/executions/" + id + "/events")
            .header("Last-Event-ID", all.get(all.size() - 1).id());
    assertEquals(204, node.send(after).statusCode());
  }

  @Test
  void anEndedExecutionIsToldFromItsRecord() throws Exception {
    String id = finished("way", "{\"n\": 1}").get("id").asText();

    List<Event> events = events(id, "");

    assertEquals(
        List.of("start", "left", "choose", "small", "join").stream().sorted().toList(),
        events.stream()
            .filter(event -> event.name().equals("step"))
            .map(event -> event.data().get("path").asText())
            .sorted()
            .toList());
    assertEquals("end", events.get(events.size() - 1).name());
    assertEquals(keys(events), keys(events(id, "stranger-3")));
  }

  @Test
  void aReaderWhoDoesNotReadIsHungUpOnAndMayResume() throws Exception {
    String id = started("large", "1");
    StringBuilder got = new StringBuilder();
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.node().port()));
      RawHttp.write(socket, "GET /api/executions/" + id + "/events HTTP/1.1", "");
      await()
          .atMost(java.time.Duration.ofSeconds(30))
          .until(() -> execution(id).get("status").asText().equals("completed"));
      got.append(untilClosed(socket.getInputStream()));
    }
    assertTrue(got.length() > 0);
    assertFalse(got.toString().contains("event: end"));

    List<Event> all = events(id, "");
    assertEquals("end", all.get(all.size() - 1).name());
  }

  private static String untilClosed(InputStream in) {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (java.io.IOException reset) {
      // Hung up on.
    }
    return text.toString();
  }
}
