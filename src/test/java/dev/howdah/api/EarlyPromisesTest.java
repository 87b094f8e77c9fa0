package dev.howdah.api;

import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promises that were there before a wait with a schema, in nodes that are started again. */
class EarlyPromisesTest {
  private static final String WAIT =
      """
      id: waits
      blocks:
        - id: ask
          type: wait
          data: {promise: "${ .promise }", title: May it?, schema: {type: object, required: [ok]}}
        - {id: after, type: transform, data: {value: {answer: "${ .ok }"}}}
      """;

  private static final String HURRIED =
      """
      id: %s
      mode: %s
      blocks:
        - {id: ask, type: wait, data: {promise: "${ .promise }", timeout: 1s}}
      """;

  @TempDir Path directory;
  private ApiNode node;

  @BeforeEach
  void start() throws Exception {
    node = ApiNode.start(directory, Map.of());
    node.deploy(WAIT);
    node.deploy(WAIT.replace("id: waits", "id: fast\nmode: express"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void startAgain() {
    node.close();
    node = ApiNode.start(directory, Map.of());
  }

  private void create(String body) throws Exception {
    json(node.post("/api/promises", body), 201);
  }

  private String started(String design, String promise) throws Exception {
    String input = "{\"promise\": \"%s\"}".formatted(promise);
    return json(node.post("/api/deployed/" + design, input, "Prefer", "respond-async"), 202)
        .get("execution_id")
        .asText();
  }

  private String waiting(String design, String promise) throws Exception {
    String id = started(design, promise);
    await()
        .until(
            () ->
                json(node.get("/api/executions/" + id), 200)
                    .at("/waiting_for/0/reason")
                    .asText()
                    .equals("promise"));
    return id;
  }

  private JsonNode ended(String id) {
    return await()
        .until(
            () -> json(node.get("/api/executions/" + id), 200),
            e -> !e.get("status").asText().equals("running"));
  }

  @Test
  void oneWithoutATitleOrSchemaTakesThoseOfTheWait() throws Exception {
    create("{\"id\": \"bare\"}");
    String id = waiting("waits", "bare");
    startAgain();

    JsonNode adopted = json(node.get("/api/promises/bare"), 200);
    assertEquals("May it?", adopted.get("title").asText());
    assertEquals("ok", adopted.at("/schema/required/0").asText());
    String resolve = "/api/promises/bare/resolve";
    problem(node.post(resolve, "{\"value\": {\"no\": 1}}"), 400, "promise.schema");
    json(node.post(resolve, "{\"value\": {\"ok\": 1}}"), 200);
    assertEquals("{\"answer\":1}", ended(id).get("result_data").toString());
  }

  @Test
  void oneWithASchemaKeepsItAndItsValueFitsTheWaitToo() throws Exception {
    create("{\"id\": \"shaped\", \"title\": \"Mine\", \"schema\": {\"type\": \"object\"}}");
    String id = waiting("waits", "shaped");
    startAgain();

    JsonNode kept = json(node.get("/api/promises/shaped"), 200);
    assertEquals("Mine", kept.get("title").asText());
    assertEquals("{\"type\":\"object\"}", kept.get("schema").toString());
    json(node.post("/api/promises/shaped/resolve", "{\"value\": {\"no\": 1}}"), 200);
    JsonNode error = ended(id).get("error");
    assertEquals("promise.schema", error.get("code").asText());
    assertEquals("caller", error.get("blame").asText());
    assertTrue(error.get("message").asText().contains("'ok'"), error.toString());
  }

  @Test
  void aWaitThatIsInAHurryGivesUpOnAPromiseThatGoesOn() throws Exception {
    node.deploy(HURRIED.formatted("hurried", "durable"));
    node.deploy(HURRIED.formatted("hurried-express", "express"));
    create("{\"id\": \"slow\", \"timeout\": \"1h\"}");
    for (String path : List.of("hurried", "hurried-express")) {
      String id = started(path, "slow");
      assertEquals("promise.timed-out", ended(id).at("/error/code").asText());
    }
    assertEquals("pending", json(node.get("/api/promises/slow"), 200).get("status").asText());
    json(node.post("/api/promises/slow/resolve", "{\"value\": 1}"), 200);
  }

  @Test
  void aValueFromBeforeTheWaitFailsTheBlockWhenItDoesNotFit() throws Exception {
    create("{\"id\": \"early\"}");
    json(node.post("/api/promises/early/resolve", "{\"value\": 5}"), 200);
    create("{\"id\": \"good\"}");
    json(node.post("/api/promises/good/resolve", "{\"value\": {\"ok\": 2}}"), 200);
    startAgain();

    for (String design : new String[] {"waits", "fast"}) {
      problem(
          node.post("/api/deployed/" + design, "{\"promise\": \"early\"}"), 500, "promise.schema");
      assertEquals(
          "{\"answer\":2}", node.post("/api/deployed/" + design, "{\"promise\": \"good\"}").body());
    }
    assertEquals("5", json(node.get("/api/promises/early"), 200).get("value").toString());
  }
}
