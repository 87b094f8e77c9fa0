package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromisesApiTest {
  private static final String WAIT =
      """
      id: waits
      name: Waits
      blocks:
        - id: ask
          type: wait
          data:
            promise: ${ .promise }
            timeout: 1h
            title: May ${ .who }?
            schema: {type: object, required: [ok]}
        - {id: after, type: transform, data: {value: {answer: "${ .ok }"}}}
      """;

  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of());
    node.deploy(WAIT);
    node.deploy(WAIT.replace("id: waits", "id: own").replace("promise: ${ .promise }", ""));
    node.deploy(
        WAIT.replace("id: waits", "id: impatient").replace("timeout: 1h", "timeout: 1500ms"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** Starts an execution that has come to its wait. */
  private static String waiting(String design, String input) throws Exception {
    var accepted = node.post("/api/deployed/" + design, input, "Prefer", "respond-async");
    String id = json(accepted, 202).get("execution_id").asText();
    await()
        .until(
            () ->
                json(node.get("/api/executions/" + id), 200)
                    .path("waiting_for")
                    .path(0)
                    .path("reason")
                    .asText()
                    .equals("promise"));
    return id;
  }

  private static JsonNode ended(String id) {
    return await()
        .until(
            () -> json(node.get("/api/executions/" + id), 200),
            e -> !e.get("status").asText().equals("running"));
  }

  @Test
  void anExecutionGoesOnWithTheValueAPromiseIsResolvedWith() throws Exception {
    String id = waiting("waits", "{\"promise\": \"p 1/ü\", \"who\": \"Ada\"}");
    JsonNode asked = json(node.get("/api/promises/p%201%2F%C3%BC"), 200);
    assertEquals("pending", asked.get("status").asText());
    assertEquals("May Ada?", asked.get("title").asText());
    assertEquals(id, asked.get("execution_id").asText());
    assertEquals("ask", asked.get("path").asText());
    assertTrue(json(node.get("/api/promises"), 200).findValuesAsText("id").contains("p 1/ü"));

    JsonNode settled =
        json(node.post("/api/promises/p%201%2F%C3%BC/resolve", "{\"value\": {\"ok\": 5}}"), 200);
    assertEquals("resolved", settled.get("status").asText());
    assertEquals("{\"answer\":5}", ended(id).get("result_data").toString());
  }

  @Test
  void settlingTwiceGivesTheFirstOutcome() throws Exception {
    String id = waiting("waits", "{\"promise\": \"twice\", \"who\": \"Ada\"}");
    json(node.post("/api/promises/twice/resolve", "{\"value\": {\"ok\": 1}}"), 200);
    JsonNode again = json(node.post("/api/promises/twice/reject", "{\"value\": 2}"), 200);
    assertEquals("resolved", again.get("status").asText());
    assertEquals("{\"ok\":1}", again.get("value").toString());
    assertEquals("{\"answer\":1}", ended(id).get("result_data").toString());
  }

  @Test
  void aRejectedPromiseFailsItsStep() throws Exception {
    String id = waiting("own", "{\"who\": \"Ada\"}");
    String promise = id + ":ask";
    json(node.post("/api/promises/" + promise + "/reject", "{\"value\": \"no money\"}"), 200);
    JsonNode error = ended(id).get("error");
    assertEquals("promise.rejected", error.get("code").asText());
    assertTrue(error.get("message").asText().contains("no money"), error.toString());
  }

  @Test
  void aCancelledExecutionCancelsThePromisesOfItsOwn() throws Exception {
    String id = waiting("own", "{\"who\": \"Ada\"}");
    json(node.post("/api/executions/" + id + "/cancel", ""), 200);
    assertEquals(
        "rejected_canceled",
        json(node.get("/api/promises/" + id + ":ask"), 200).get("status").asText());
  }

  @Test
  void aPromiseThatNobodySettlesTimesOut() throws Exception {
    String id = waiting("impatient", "{\"promise\": \"late\", \"who\": \"Ada\"}");
    assertEquals("promise.timed-out", ended(id).get("error").get("code").asText());
    JsonNode late = json(node.post("/api/promises/late/resolve", "{\"value\": {\"ok\": 1}}"), 200);
    assertEquals("rejected_timedout", late.get("status").asText());
  }

  @Test
  void aValueThatDoesNotFitIsRefusedAndThePromiseStaysPending() throws Exception {
    String id = waiting("waits", "{\"promise\": \"shaped\", \"who\": \"Ada\"}");
    JsonNode problem =
        problem(
            node.post("/api/promises/shaped/resolve", "{\"value\": {\"no\": 1}}"),
            400,
            "promise.schema");
    assertEquals("/required", problem.get("errors").get(0).get("schema").asText());
    assertEquals("pending", json(node.get("/api/promises/shaped"), 200).get("status").asText());
    json(node.post("/api/promises/shaped/cancel", ""), 200);
    assertEquals("promise.cancelled", ended(id).get("error").get("code").asText());
  }

  @Test
  void aPromiseMayBeThereBeforeAnybodyWaits() throws Exception {
    var created = node.post("/api/promises", "{\"id\": \"early\", \"timeout\": \"1h\"}");
    json(created, 201);
    assertEquals("/api/promises/early", header(created, "Location"));
    json(node.post("/api/promises", "{\"id\": \"early\"}"), 200);
    json(node.post("/api/promises/early/resolve", "{\"value\": {\"ok\": true}}"), 200);

    var answer = node.post("/api/deployed/waits", "{\"promise\": \"early\", \"who\": \"Ada\"}");
    assertEquals("{\"answer\":true}", answer.body());
  }

  @Test
  void severalExecutionsMayWaitForOnePromise() throws Exception {
    String one = waiting("waits", "{\"promise\": \"both\", \"who\": \"Ada\"}");
    String other = waiting("waits", "{\"promise\": \"both\", \"who\": \"Bob\"}");
    json(node.post("/api/promises/both/resolve", "{\"value\": {\"ok\": 9}}"), 200);
    assertEquals("{\"answer\":9}", ended(one).get("result_data").toString());
    assertEquals("{\"answer\":9}", ended(other).get("result_data").toString());
  }

  @Test
  void whatIsWrongWithAPromiseIsToldBeforeItIsThere() throws Exception {
    for (String wrong :
        new String[] {
          "{\"id\": \"p\", \"schema\": {\"type\": \"zz\"}}",
          "{\"id\": \"p\", \"schema\": {\"$ref\": \"http://elsewhere/\"}}",
          "{\"id\": \"p\", \"schema\": true}",
          "{\"id\": \"p\", \"title\": 5}",
          "{\"id\": \"p\\u0000\"}"
        }) {
      problem(node.post("/api/promises", wrong), 400, "request.invalid");
    }
    problem(node.get("/api/promises/p"), 404, "promise.unknown");
  }

  @Test
  void refusesRubbish() throws Exception {
    problem(node.post("/api/promises", "{}"), 400, "request.invalid");
    problem(node.post("/api/promises", "{\"id\": 7}"), 400, "request.invalid");
    problem(
        node.post("/api/promises", "{\"id\": \"a\", \"timeout\": \"soon\"}"),
        400,
        "request.invalid");
    problem(
        node.post("/api/promises", "{\"id\": \"a\", \"schema\": {\"$ref\": \"http://x/y\"}}"),
        400,
        "request.invalid");
    problem(node.get("/api/promises/none"), 404, "promise.unknown");
    problem(node.post("/api/promises/none/resolve", "{}"), 404, "promise.unknown");
    problem(node.get("/api/promises?status=settled"), 400, "request.invalid");
    problem(
        node.post("/api/deployed/waits", "{\"promise\": [1], \"who\": 1}"), 500, "wait.promise");
  }
}
