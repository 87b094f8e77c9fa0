package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Designs that run in memory come to what durable ones come to. */
class ExpressTest {
  @TempDir static Path directory;
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final Map<String, String> DEPLOYMENTS = new HashMap<>();
  private static ApiNode node;
  private static HttpServer service;

  @BeforeAll
  static void start() throws Exception {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          int call = CALLS.incrementAndGet();
          byte[] answer = ("\"call " + call + "\"").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(call % 2 == 1 ? 503 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    service.start();
    node = ApiNode.start(directory, Map.of());
    node.deploy(ApiNode.ECHO);
    deploy(
        "all",
        """
        blocks:
          - id: each
            type: split
            data:
              items: ${ .list }
              blocks:
                - {id: nap, type: sleep, data: {duration: 20ms}}
                - {id: plus, type: transform, data: {value: "${ . + 1 }"}}
          - id: rounds
            type: loop
            data:
              times: 300
              blocks:
                - {id: sum, type: transform, data: {value: ["${ add }"]}}
          - id: guard
            type: try
            data:
              blocks:
                - {id: bad, type: transform, data: {value: "${ error(\\"no\\") }"}}
              catch:
                - blocks:
                    - {id: saved, type: transform, data: {value: "${ .input }"}}
          - id: choose
            type: router
            data:
              routes:
                - {when: "${ .[0] > 5 }", to: [big]}
              otherwise: [small]
          - {id: big, type: transform, data: {value: "big ${ .[0] }"}}
          - {id: small, type: transform, data: {value: "small ${ .[0] }"}}
        connections:
          - {source: each, target: rounds}
          - {source: rounds, target: guard}
          - {source: guard, target: choose}
        """);
    deploy(
        "flaky",
        """
        blocks:
          - id: call
            type: http
            retry: {maxAttempts: 3, backoff: 50ms}
            data: {url: "http://localhost:%d/"}
        """
            .formatted(service.getAddress().getPort()));
    deploy(
        "naps", "timeout: 2s\nblocks:\n  - {id: nap, type: sleep, data: {duration: \"${ . }\"}}\n");
    deploy("slow", "blocks:\n  - {id: nap, type: sleep, data: {duration: 1h}}\n");
    deploy("calls", "blocks:\n  - {id: sub, type: design, data: {design: all}}\n");
    deploy("calls-durable", "blocks:\n  - {id: sub, type: design, data: {design: echo}}\n");
    deploy(
        "asks",
        """
        blocks:
          - {id: ask, type: wait, data: {promise: "${ .p }", timeout: "${ .t // \\"1h\\" }"}}
        """
            .replace(", timeout: \"${ .t // \\\"1h\\\" }\"", ", timeout: 3s"));
    deploy(
        "gathers",
        """
        blocks:
          - {id: group, type: aggregate, data: {key: "${ .k }", value: "${ .v }", size: 2, within: 3s}}
        """);
    deploy("once", "blocks:\n  - {id: key, type: idempotent, data: {key: \"${ . }\"}}\n");
  }

  private static void deploy(String id, String rest) throws Exception {
    JsonNode deployment = node.deploy("id: " + id + "\nmode: express\n" + rest);
    DEPLOYMENTS.put(id, deployment.get("id").asText());
  }

  @AfterAll
  static void stop() {
    node.close();
    service.stop(0);
  }

  private static String begin(String design, String input) throws Exception {
    return json(node.post("/api/deployed/" + design, input, "Prefer", "respond-async"), 202)
        .get("execution_id")
        .asText();
  }

  private static JsonNode execution(String id) throws Exception {
    return json(node.get("/api/executions/" + id), 200);
  }

  private static JsonNode ended(String id) {
    return await().until(() -> execution(id), e -> !e.get("status").asText().equals("running"));
  }

  private static String waitsFor(String id) throws Exception {
    return execution(id).path("waiting_for").path(0).path("reason").asText();
  }

  @Test
  void containersBranchesAndSleepsRunInMemory() throws Exception {
    var answer = node.post("/api/deployed/all", "{\"list\": [1, 2, 3]}");
    assertEquals("\"big 9\"", answer.body());
    assertEquals("\"small 2\"", node.post("/api/deployed/all", "{\"list\": [1]}").body());
    assertEquals("\"big 9\"", node.post("/api/deployed/calls", "{\"list\": [1, 2, 3]}").body());

    JsonNode log = ended(header(answer, "X-Howdah-Execution"));
    assertEquals("completed", log.get("status").asText());
    assertEquals("{\"list\":[1,2,3]}", log.get("input_data").toString());
    assertEquals("\"big 9\"", log.get("result_data").toString());
    assertEquals(0, log.get("steps").size());
  }

  @Test
  void faultsAreRetriedAndFailuresAreLogged() throws Exception {
    CALLS.set(0);
    assertEquals("\"call 2\"", node.post("/api/deployed/flaky", "").body());
    String failed = begin("naps", "\"soon\"");
    assertEquals("sleep.time", ended(failed).get("error").get("code").asText());
  }

  @Test
  void aRetryRepeatsNoEffectBeforeIt() throws Exception {
    String url = "http://localhost:" + service.getAddress().getPort() + "/";
    deploy(
        "twice",
        """
        blocks:
          - {id: first, type: http, retry: {maxAttempts: 3, backoff: 50ms}, data: {url: "URL"}}
          - {id: plus, type: transform, data: {value: "${ . } and"}}
          - {id: second, type: http, retry: {maxAttempts: 3, backoff: 50ms}, data: {url: "URL"}}
          - {id: both, type: transform, data: {value: ["${ $blocks.plus }", "${ . }"]}}
        """
            .replace("URL", url));
    assertTrue(node.get("/api/designs/twice/routes").body().split("- route:", -1).length == 2);
    CALLS.set(0);
    assertEquals("[\"call 2 and\",\"call 4\"]", node.post("/api/deployed/twice", "").body());
    assertEquals(4, CALLS.get());
  }

  @Test
  void aDurableDesignMayBePartOfAnExpressOne() throws Exception {
    assertEquals("{\"a\":1}", node.post("/api/deployed/calls-durable", "{\"a\":1}").body());
  }

  @Test
  void designsThatRunEachOtherInACircleComeToAnEnd() throws Exception {
    // Saved twice: a design may run only what is there.
    node.save(
        "id: there\nmode: express\nblocks:\n  - {id: only, type: transform, data: {value: 1}}\n");
    deploy("back", "blocks:\n  - {id: run, type: design, data: {design: there}}\n");
    node.save(
        "id: there\nmode: express\nblocks:\n  - {id: run, type: design, data: {design: back}}\n");

    JsonNode failed = ended(begin("back", "1"));

    assertEquals("failed", failed.get("status").asText());
    assertEquals("execution.too-deep", failed.get("error").get("code").asText());
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsCancelled() throws Exception {
    deploy(
        "impatient",
        "timeout: 500ms\nblocks:\n  - {id: run, type: design, data: {design: slow}}\n");
    String parent = begin("impatient", "null");
    await().until(() -> !waitsFor(parent).isEmpty());
    String child = execution(parent).get("waiting_for").get(0).get("detail").asText();

    JsonNode ended = ended(child);

    assertEquals("execution.deadline", ended(parent).get("error").get("code").asText());
    assertEquals("cancelled", ended.get("status").asText());
    assertEquals(parent, ended.get("parent_execution").asText());
    assertEquals("run", ended.get("parent_path").asText());
  }

  @Test
  void itsLogIsThereWheneverItsIdIsKnown() throws Exception {
    String deployment = DEPLOYMENTS.get("naps");
    String logs = "/api/deployments/" + deployment + "/logs";
    for (int i = 0; i < 20; i++) {
      String id = header(node.post("/api/deployed/naps", "\"1ms\""), "X-Howdah-Execution");
      JsonNode log = json(node.get(logs + "/" + id), 200);
      assertEquals("completed", log.get("status").asText());
      JsonNode list = json(node.get(logs + "?limit=1"), 200);
      assertEquals(1, list.size(), list::toString);
      assertEquals(id, list.get(0).get("id").asText(), list::toString);
    }
    String running = begin("naps", "\"1h\"");
    assertEquals("running", json(node.get(logs + "/" + running), 200).get("status").asText());
    assertEquals(running, json(node.get(logs + "?status=running"), 200).get(0).get("id").asText());
    assertEquals(0, json(node.get(logs + "?status=failed&before=" + running), 200).size());
    json(node.post("/api/executions/" + running + "/cancel", ""), 200);
  }

  @Test
  void deadlinesAndCancelsEndIt() throws Exception {
    String late = begin("naps", "\"1h\"");
    String cancelled = begin("naps", "\"1h\"");
    await().until(() -> waitsFor(cancelled), "sleep"::equals);
    json(node.post("/api/executions/" + cancelled + "/cancel", ""), 200);
    assertEquals("cancelled", ended(cancelled).get("status").asText());
    assertEquals("execution.deadline", ended(late).get("error").get("code").asText());
  }

  @Test
  void promisesAreSettledAndTimeOut() throws Exception {
    String asks = begin("asks", "{\"p\": \"x1\"}");
    await().until(() -> node.get("/api/promises/x1").statusCode() == 200);
    json(node.post("/api/promises/x1/resolve", "{\"value\": 5}"), 200);
    assertEquals("5", ended(asks).get("result_data").toString());
    String nobody = begin("asks", "{\"p\": \"x2\"}");
    assertEquals("promise.timed-out", ended(nobody).get("error").get("code").asText());
  }

  @Test
  void aPromiseThatIsSettledAlreadyIsNotWaitedFor() throws Exception {
    json(node.post("/api/promises", "{\"id\": \"x3\"}"), 201);
    json(node.post("/api/promises/x3/resolve", "{\"value\": 6}"), 200);
    assertEquals("6", node.post("/api/deployed/asks", "{\"p\": \"x3\"}").body());
  }

  @Test
  void sharesWhatDurableExecutionsShare() throws Exception {
    String first = begin("gathers", "{\"k\": 1, \"v\": 1}");
    await().until(() -> waitsFor(first), "gathering"::equals);
    String second = begin("gathers", "{\"k\": 1, \"v\": 2}");
    assertEquals("null", ended(second).get("result_data").toString());
    assertEquals("[1,2]", ended(first).get("result_data").toString());
    String alone = begin("gathers", "{\"k\": 2, \"v\": 7}");
    assertEquals("[7]", ended(alone).get("result_data").toString());

    assertEquals("1", node.post("/api/deployed/once", "1").body());
    assertEquals("null", node.post("/api/deployed/once", "1").body());
  }

  @Test
  void whoComesNextTakesOverAGroupWhoseFirstIsCancelled() throws Exception {
    deploy(
        "gathers-soon",
        """
        blocks:
          - {id: group, type: aggregate, data: {key: k, value: "${ . }", within: 3s}}
        """);
    String first = begin("gathers-soon", "1");
    await().until(() -> waitsFor(first), "gathering"::equals);
    assertEquals("null", ended(begin("gathers-soon", "2")).get("result_data").toString());
    json(node.post("/api/executions/" + first + "/cancel", ""), 200);
    String third = begin("gathers-soon", "3");

    assertEquals("[1,2,3]", ended(third).get("result_data").toString());
  }

  @Test
  void aKeyMakesItDurable() throws Exception {
    var first = node.post("/api/deployed/all", "{\"list\": [4]}", "Idempotency-Key", "k");
    var again = node.post("/api/deployed/all", "{\"list\": [5]}", "Idempotency-Key", "k");
    assertEquals(first.body(), again.body());
    String id = header(first, "X-Howdah-Execution");
    assertEquals(id, header(again, "X-Howdah-Execution"));
    assertTrue(ended(id).get("steps").size() > 300);
  }
}
