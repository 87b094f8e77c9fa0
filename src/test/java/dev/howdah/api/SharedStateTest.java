package dev.howdah.api;

import static dev.howdah.api.ApiNode.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executions share: keys, paces, groups; before and after a restart. */
class SharedStateTest {
  private static final String GATHER =
      """
      id: gather
      name: Gather
      blocks:
        - id: group
          type: aggregate
          data: {key: "${ .k }", value: "${ .v }", size: 3, until: "${ .last == true }"}
        - {id: all, type: transform, data: {value: {all: "${ . }"}}}
      """;

  @TempDir Path directory;
  private ApiNode node;

  @BeforeEach
  void start() {
    node = ApiNode.start(directory, Map.of());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void restart() {
    node.close();
    start();
  }

  private String begin(String design, String input) throws Exception {
    return json(node.post("/api/deployed/" + design, input, "Prefer", "respond-async"), 202)
        .get("execution_id")
        .asText();
  }

  private JsonNode execution(String id) throws Exception {
    return json(node.get("/api/executions/" + id), 200);
  }

  private String waiting(String design, String input) throws Exception {
    String id = begin(design, input);
    await()
        .until(
            () -> execution(id).path("waiting_for").path(0).path("reason").asText(),
            "gathering"::equals);
    return id;
  }

  private JsonNode result(String id) {
    JsonNode ended =
        await().until(() -> execution(id), e -> !e.get("status").asText().equals("running"));
    assertEquals("completed", ended.get("status").asText(), ended.toString());
    return ended.get("result_data");
  }

  @Test
  void theFirstExecutionGoesOnWithTheGroupAndTheOthersEnd() throws Exception {
    node.deploy(GATHER);
    String first = waiting("gather", "{\"k\": \"a\", \"v\": 1}");
    String other = waiting("gather", "{\"k\": \"b\", \"v\": 7}");
    restart();
    String second = begin("gather", "{\"k\": \"a\", \"v\": 2}");
    assertEquals("null", result(second).toString());
    String third = begin("gather", "{\"k\": \"a\", \"v\": 3}");
    assertEquals("null", result(third).toString());
    assertEquals("{\"all\":[1,2,3]}", result(first).toString());

    begin("gather", "{\"k\": \"b\", \"v\": 8, \"last\": true}");
    assertEquals("{\"all\":[7,8]}", result(other).toString());
    assertEquals(
        "{\"all\":[9]}",
        result(begin("gather", "{\"k\": \"b\", \"v\": 9, \"last\": true}")).toString());
  }

  @Test
  void aGroupIsCompleteWhenItsTimeIsUpAlsoAfterARestart() throws Exception {
    node.deploy(GATHER.replace("size: 3", "within: 2s"));
    String first = waiting("gather", "{\"k\": \"a\", \"v\": 1}");
    assertEquals("null", result(begin("gather", "{\"k\": \"a\", \"v\": 2}")).toString());
    restart();
    assertEquals("{\"all\":[1,2]}", result(first).toString());
  }

  @Test
  void whoComesNextTakesOverAGroupWhenItsFirstIsCancelled() throws Exception {
    node.deploy(GATHER);
    String first = waiting("gather", "{\"k\": \"a\", \"v\": 1}");
    json(node.post("/api/executions/" + first + "/cancel", ""), 200);
    String second = waiting("gather", "{\"k\": \"a\", \"v\": 2}");
    restart();
    assertEquals("null", result(begin("gather", "{\"k\": \"a\", \"v\": 3}")).toString());
    assertEquals("{\"all\":[1,2,3]}", result(second).toString());
  }

  @Test
  void aKeyPassesOnceAndIsRememberedOverARestart() throws Exception {
    node.deploy(
        """
        id: once
        name: Once
        blocks:
          - {id: first, type: idempotent, data: {key: "${ .id }"}}
          - {id: paid, type: transform, data: {value: "paid ${ .id }"}}
        """);
    assertEquals("\"paid 1\"", node.post("/api/deployed/once", "{\"id\": 1}").body());
    assertEquals("null", node.post("/api/deployed/once", "{\"id\": 1}").body());
    restart();
    assertEquals("null", node.post("/api/deployed/once", "{\"id\": 1}").body());
    assertEquals("\"paid 2\"", node.post("/api/deployed/once", "{\"id\": 2}").body());
    assertEquals(
        "idempotent.no-key", json(node.post("/api/deployed/once", "{}"), 500).get("code").asText());
  }

  @Test
  void turnsAreGivenAtTheRate() throws Exception {
    node.deploy(
        """
        id: paced
        name: Paced
        blocks:
          - {id: turn, type: throttle, data: {rate: 4, per: 1s, burst: 2, key: "${ .k }"}}
          - {id: passed, type: transform, data: {value: "passed"}}
        """);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(begin("paced", "{\"k\": 1}"));
    }
    String other = begin("paced", "{\"k\": 2}");
    List<Long> ends = new ArrayList<>();
    for (String id : ids) {
      assertEquals("\"passed\"", result(id).toString());
      JsonNode step = execution(id).get("steps").get(0);
      ends.add(java.time.Instant.parse(execution(id).get("completed_at").asText()).toEpochMilli());
      assertEquals("turn", step.get("path").asText());
    }
    assertEquals("\"passed\"", result(other).toString());
    // Two at once and then one every 250 ms; starting them takes time as well, which only adds.
    long first = ends.stream().mapToLong(Long::longValue).min().orElseThrow();
    long last = ends.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertTrue(last - first >= 900, ends.toString());
  }

  @Test
  void designsThatRunEachOtherInACircleComeToAnEnd() throws Exception {
    node.deploy(ApiNode.ECHO.replace("id: echo", "id: ping"));
    node.deploy(
        """
        id: pong
        name: Pong
        blocks:
          - {id: back, type: design, data: {design: ping}}
        """);
    JsonNode saved =
        node.save(
            """
            id: ping
            name: Ping
            blocks:
              - {id: forth, type: design, data: {design: pong}}
            """);
    assertEquals(2, saved.get("revision").asInt());
    JsonNode problem = json(node.post("/api/deployed/pong", "1"), 500);
    assertEquals("execution.too-deep", problem.get("code").asText());
  }

  @Test
  void aWireTapStartsAnotherExecutionThatNobodyWaitsFor() throws Exception {
    node.deploy(
        """
        id: tap
        name: Tap
        blocks:
          - {id: seen, type: wait, data: {promise: "tap-${ .copy }"}}
        """);
    node.deploy(
        """
        id: tapped
        name: Tapped
        blocks:
          - {id: tap, type: wire-tap, data: {design: tap, input: {copy: "${ . }"}}}
        """);
    assertEquals("5", node.post("/api/deployed/tapped", "5").body());
    await().until(() -> node.get("/api/promises/tap-5").statusCode() == 200);
    String tap = json(node.get("/api/promises/tap-5"), 200).get("execution_id").asText();
    assertEquals("running", execution(tap).get("status").asText());
    json(node.post("/api/promises/tap-5/resolve", "{\"value\": 6}"), 200);
    assertEquals("6", result(tap).toString());
  }
}
