package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeployedApiTest {
  private static final String TYPED =
      """
      id: typed
      name: Typed
      input:
        type: object
        required: [n]
        properties:
          n: {type: integer, maximum: 100}
          rate: {type: number}
          on: {type: boolean}
          name: {type: string}
          tags: {type: array, items: {type: integer}}
      blocks:
        - {id: only, type: transform, data: {value: "${ . }"}}
      """;

  private static final String FAILING =
      """
      id: failing
      name: Failing
      blocks:
        - {id: boom, type: transform, data: {value: "${ error(\\"no\\") }"}}
      """;

  private static final String SLOW =
      """
      id: slow
      name: Slow
      timeout: 200ms
      blocks:
        - {id: nap, type: sleep, data: {duration: 1h}}
      """;

  private static final String UNREACHABLE =
      """
      id: unreachable
      name: Unreachable
      blocks:
        - id: call
          type: http
          retry: {maxAttempts: 1}
          data: {url: "http://127.0.0.1:1/"}
      """;

  /** The engine serves the group itself, and nobody else does. */
  private static final String TOO_FEW =
      """
      id: too-few-%1$s
      name: Too few workers
      mode: %1$s
      blocks:
        - id: spread
          type: balance
          data:
            minWorkers: 2
            block: {id: nap, type: sleep, group: spare, retry: {maxAttempts: 1}, data: {duration: 1ms}}
      """;

  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of("howdah.http.max-body", "256KiB"));
    for (String design :
        new String[] {
          ApiNode.ECHO,
          ApiNode.NAP,
          TYPED,
          FAILING,
          SLOW,
          UNREACHABLE,
          TOO_FEW.formatted("durable"),
          TOO_FEW.formatted("express")
        }) {
      node.deploy(design);
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void theAnswerIsExactlyTheResult() throws Exception {
    String body = "{\"a\":[1,2.5,null],\"ä\":\"x\"}";
    HttpResponse<String> answer = node.post("/api/deployed/echo", body);

    assertEquals(200, answer.statusCode());
    assertEquals("application/json", header(answer, "Content-Type"));
    assertEquals(body, answer.body());
    assertEquals(26, header(answer, "X-Howdah-Execution").length());
  }

  @Test
  void aBodyOfInputDataAloneIsUnwrapped() throws Exception {
    assertEquals("[1]", node.post("/api/deployed/echo", "{\"input_data\": [1]}").body());
    assertEquals(
        "{\"input_data\":1,\"more\":2}",
        node.post("/api/deployed/echo", "{\"input_data\": 1, \"more\": 2}").body());
    assertEquals(
        "[{\"input_data\":1}]", node.post("/api/deployed/echo", "[{\"input_data\": 1}]").body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void tooFewWorkersForABalanceAreSaidToBeUnavailableForAWhile(String mode) throws Exception {
    HttpResponse<String> answer = node.post("/api/deployed/too-few-" + mode, "1");

    ApiNode.problem(answer, 503, "balance.too-few-workers");
    assertEquals("2", header(answer, "Retry-After"));
  }

  @Test
  void anEmptyBodyIsNoInput() throws Exception {
    assertEquals("null", node.post("/api/deployed/echo", "").body());
  }

  @Test
  void queryParametersAreAnObjectOfTextsTypedByTheSchema() throws Exception {
    assertEquals(
        "{\"a\":\"1\",\"b\":[\"x\",\"y\"]}", node.get("/api/deployed/echo?a=1&b=x&b=y").body());
    assertEquals("{}", node.get("/api/deployed/echo").body());
    assertEquals(
        Json.read(
            "{\"n\": 5, \"rate\": 1.5, \"on\": true, \"name\": \"7\", \"tags\": [1, 2], \"other\": \"true\"}"),
        Json.read(
            node.get("/api/deployed/typed?n=5&rate=1.5&on=true&name=7&tags=1&tags=2&other=true")
                .body()));
    JsonNode problem = problem(node.get("/api/deployed/typed?n=five"), 400, "input.schema");
    assertEquals("/n", problem.at("/errors/0/pointer").asText());
  }

  @Test
  void anInputThatDoesNotFitIsRefusedWithEveryMisfit() throws Exception {
    JsonNode problem =
        problem(
            node.post("/api/deployed/typed", "{\"n\": 101, \"tags\": [1, \"two\"]}"),
            400,
            "input.schema");

    assertEquals(2, problem.get("errors").size(), problem.toString());
    assertEquals("/n", problem.at("/errors/0/pointer").asText());
    assertEquals("/properties/n/maximum", problem.at("/errors/0/schema").asText());
    assertEquals("/tags/1", problem.at("/errors/1/pointer").asText());
    assertTrue(problem.at("/errors/1/message").asText().contains("integer"));
  }

  @Test
  void aLongBodyIsTakenAndCheckedAlike() throws Exception {
    String text = "x".repeat(200_000);

    assertEquals("\"" + text + "\"", node.post("/api/deployed/echo", "\"" + text + "\"").body());
    problem(node.post("/api/deployed/typed", "{\"name\": \"" + text + "\"}"), 400, "input.schema");
    problem(node.post("/api/deployed/typed", "{\"name\": \"" + text), 400, "request.json");
    problem(node.post("/api/deployed/echo", "\"" + text + text + "\""), 413, "request.too-large");
  }

  @Test
  void whatIsNoJsonIsRefusedWithItsPlace() throws Exception {
    JsonNode problem =
        problem(node.post("/api/deployed/echo", "{\n  \"a\": oops}"), 400, "request.json");

    assertEquals(2, problem.get("line").asInt());
    assertTrue(problem.get("column").asInt() >= 8, problem.toString());
    problem(node.post("/api/deployed/echo", "1 2"), 400, "request.json");
    problem(node.post("/api/deployed/echo", "{\"a\":1,\"a\":2}"), 400, "request.json");
    problem(node.post("/api/deployed/echo", " "), 400, "request.json");
  }

  @Test
  void whoCallsWronglyIsToldHow() throws Exception {
    problem(node.post("/api/deployed/nobody", "1"), 404, "deployment.unknown");
    problem(node.get("/api/deployed/"), 404, "deployment.unknown");
    problem(node.get("/api/deployed"), 404, "deployment.unknown");
    HttpResponse<String> method = node.delete("/api/deployed/echo");
    problem(method, 405, "request.method");
    assertEquals("GET, POST", header(method, "Allow"));
    problem(node.send("POST", "/api/deployed/echo", "text/csv", "1"), 415, "request.media-type");
    assertEquals(
        "1",
        node.send("POST", "/api/deployed/echo", "application/vnd.x+json; charset=utf-8", "1")
            .body());
  }

  @Test
  void aFailedExecutionIsAProblemThatNamesTheBlockAndTheExecution() throws Exception {
    HttpResponse<String> answer = node.post("/api/deployed/failing", "1");

    JsonNode problem = json(answer, 500);
    assertEquals("application/problem+json", header(answer, "Content-Type"));
    assertEquals("boom", problem.get("path").asText());
    assertEquals("design", problem.get("blame").asText());
    assertEquals(header(answer, "X-Howdah-Execution"), problem.get("execution_id").asText());
    assertTrue(!problem.get("code").asText().isEmpty());
  }

  @Test
  void aDeadlineIsAGatewayTimeoutAndAServiceThatFailsABadGateway() throws Exception {
    HttpResponse<String> late = node.post("/api/deployed/slow", "1");
    problem(late, 504, "execution.deadline");
    assertEquals(26, header(late, "X-Howdah-Execution").length());

    HttpResponse<String> bad = node.post("/api/deployed/unreachable", "1");
    assertEquals(502, bad.statusCode(), bad.body());
    assertEquals("call", Json.read(bad.body()).get("path").asText());
  }

  @Test
  void aCancelledExecutionIsAConflict() throws Exception {
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> slowly("{\"for\": \"1h\"}", "cancelled-one"));
    String id = accepted("{\"for\": \"1h\"}", "cancelled-one");

    json(node.post("/api/executions/" + id + "/cancel", "{\"reason\": \"enough\"}"), 200);

    JsonNode problem = problem(answer.join(), 409, "execution.cancelled");
    assertTrue(problem.get("detail").asText().contains("enough"));
  }

  private static HttpResponse<String> slowly(String body, String key) {
    try {
      return node.post("/api/deployed/nap", body, "Idempotency-Key", key);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String accepted(String body, String key) throws Exception {
    return json(
            node.post("/api/deployed/nap", body, "Idempotency-Key", key, "Prefer", "respond-async"),
            202)
        .get("execution_id")
        .asText();
  }

  @Test
  void whoPrefersNotToWaitIsToldWhereToLook() throws Exception {
    HttpResponse<String> accepted =
        node.post("/api/deployed/nap", "{\"for\": \"10ms\"}", "Prefer", "respond-async");

    JsonNode body = json(accepted, 202);
    String id = body.get("execution_id").asText();
    assertEquals("running", body.get("status").asText());
    assertEquals("/api/executions/" + id, header(accepted, "Location"));
    assertEquals(id, header(accepted, "X-Howdah-Execution"));
    await()
        .until(
            () ->
                json(node.get("/api/executions/" + id), 200)
                    .get("status")
                    .asText()
                    .equals("completed"));
  }

  @Test
  void whoPrefersToWaitAWhileGetsTheResultOrIsToldWhereToLook() throws Exception {
    assertEquals(
        200,
        node.post("/api/deployed/nap", "{\"for\": \"10ms\"}", "Prefer", "wait=30").statusCode());

    long before = System.nanoTime();
    HttpResponse<String> late =
        node.post("/api/deployed/nap", "{\"for\": \"1h\"}", "Prefer", "respond-async, wait=1");
    assertEquals(202, late.statusCode());
    assertTrue(System.nanoTime() - before >= 1_000_000_000L);
    assertEquals(0, node.api().waiting());
  }

  @Test
  void aRepeatedRequestGetsTheOutcomeOfTheFirst() throws Exception {
    HttpResponse<String> first = node.post("/api/deployed/echo", "1", "Idempotency-Key", "repeat");
    HttpResponse<String> second = node.post("/api/deployed/echo", "2", "Idempotency-Key", "repeat");
    HttpResponse<String> other = node.post("/api/deployed/echo", "2", "Idempotency-Key", "other");

    assertEquals("1", first.body());
    assertEquals("", header(first, "Idempotency-Replayed"));
    assertEquals("1", second.body());
    assertEquals("true", header(second, "Idempotency-Replayed"));
    assertEquals(header(first, "X-Howdah-Execution"), header(second, "X-Howdah-Execution"));
    assertEquals("2", other.body());
    assertNotEquals(header(first, "X-Howdah-Execution"), header(other, "X-Howdah-Execution"));
    assertEquals(
        "1",
        node.post("/api/deployed/echo", "3", "Idempotency-Key", "repeat", "Prefer", "respond-async")
            .body());
  }

  @Test
  void aFailureIsRepeatedAlike() throws Exception {
    HttpResponse<String> first = node.post("/api/deployed/failing", "1", "Idempotency-Key", "f");
    HttpResponse<String> second = node.post("/api/deployed/failing", "1", "Idempotency-Key", "f");

    assertEquals(500, second.statusCode());
    assertEquals(first.body(), second.body());
    assertEquals("true", header(second, "Idempotency-Replayed"));
  }

  @Test
  void aRequestRepeatedWhileTheFirstRunsWaitsForItAndOutlivesItsCaller() throws Exception {
    String body = "{\"for\": \"1500ms\"}";
    int port = node.node().port();
    Socket first =
        RawHttp.open(port, "POST /api/deployed/nap HTTP/1.1\r\nIdempotency-Key: together", body);
    await().until(() -> node.api().waiting() == 1);
    CompletableFuture<HttpResponse<String>> second =
        CompletableFuture.supplyAsync(() -> slowly(body, "together"));
    await().until(() -> node.api().waiting() == 2);

    first.close();

    HttpResponse<String> answer = second.get();
    assertEquals("{\"slept\":\"1500ms\"}", answer.body());
    assertEquals("true", header(answer, "Idempotency-Replayed"));
  }

  @Test
  void aKeyThatIsNoneIsRefused() throws Exception {
    problem(
        node.post("/api/deployed/echo", "1", "Idempotency-Key", "a b"),
        400,
        "request.idempotency-key");
    problem(
        node.post("/api/deployed/echo", "1", "Idempotency-Key", "k".repeat(256)),
        400,
        "request.idempotency-key");
    assertEquals(
        200, node.post("/api/deployed/echo", "1", "Idempotency-Key", "k".repeat(255)).statusCode());
  }

  @Test
  void anExecutionGoesOnWhenItsCallerHangsUp() throws Exception {
    Socket socket =
        RawHttp.open(
            node.node().port(),
            "POST /api/deployed/nap HTTP/1.1\r\nIdempotency-Key: gone",
            "{\"for\": \"1s\"}");
    await().until(() -> node.api().waiting() == 1);

    socket.close();

    await().until(() -> node.api().waiting() == 0);
    HttpResponse<String> again = slowly("{}", "gone");
    assertEquals("{\"slept\":\"1s\"}", again.body());
  }
}
