package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsApiTest {
  private static final String FAILING =
      """
      id: failing
      name: Failing
      blocks:
        - {id: boom, type: transform, data: {value: "${ error(\\"no\\") }"}}
      """;

  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of());
    node.save(ApiNode.ECHO);
    node.save(ApiNode.NAP);
    node.save(FAILING);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static HttpResponse<String> create(String design, String path) throws Exception {
    return node.post(
        "/api/deployments",
        "{\"design_id\": \"%s\", \"endpoint_path\": \"%s\"}".formatted(design, path));
  }

  private static String deployed(String design, String path) throws Exception {
    return json(create(design, path), 201).get("id").asText();
  }

  @Test
  void aDeploymentIsShownWithTheNamesOfTheContract() throws Exception {
    HttpResponse<String> created = create("echo", "shown/");
    JsonNode one = json(created, 201);

    Set<String> names = new HashSet<>();
    one.fieldNames().forEachRemaining(names::add);
    assertEquals(
        Set.of(
            "id",
            "design_id",
            "design_name",
            "revision",
            "endpoint_path",
            "status",
            "schedule",
            "created_at",
            "updated_at",
            "last_execution_at",
            "execution_count"),
        names);
    assertEquals("/shown", one.get("endpoint_path").asText());
    assertEquals("active", one.get("status").asText());
    assertEquals("Echo", one.get("design_name").asText());
    assertTrue(one.get("last_execution_at").isNull());
    Instant.parse(one.get("created_at").asText());
    String id = one.get("id").asText();
    assertEquals("/api/deployments/" + id, header(created, "Location"));

    node.post("/api/deployed/shown", "1");
    JsonNode after = json(node.get("/api/deployments/" + id), 200);
    assertEquals(1, after.get("execution_count").asInt());
    Instant.parse(after.get("last_execution_at").asText());
    boolean listed = false;
    for (JsonNode any : json(node.get("/api/deployments"), 200)) {
      listed |= any.equals(after);
    }
    assertTrue(listed);
  }

  @Test
  void aPathIsTakenHoweverItsSlashesAreWritten() throws Exception {
    deployed("echo", "taken");

    for (String path : new String[] {"taken", "/taken", "/taken/", "//taken//"}) {
      problem(create("nap", path), 400, "deployment.path-taken");
    }
  }

  @Test
  void aPathThatCannotStandInAnAddressIsRefused() throws Exception {
    for (String path : new String[] {"", "/", "a b", "a?b", "a/../b", "ä", "a%20b"}) {
      HttpResponse<String> refused = create("echo", path);
      assertEquals(400, refused.statusCode(), path);
    }
    problem(create("echo", "a b"), 400, "deployment.path");
    deployed("echo", "deep/v1.2/a_b~c-d");
    assertEquals("7", node.post("/api/deployed/deep/v1.2/a_b~c-d/", "7").body());
  }

  @Test
  void whatIsWrongWithADeploymentIsToldBeforeAnythingIsStored() throws Exception {
    problem(create("nobody", "x"), 404, "design.unknown");
    problem(node.post("/api/deployments", "{\"design_id\": \"echo\"}"), 400, "request.invalid");
    problem(
        node.post(
            "/api/deployments",
            "{\"design_id\": \"echo\", \"endpoint_path\": \"x\", \"revision\": 99}"),
        404,
        "design.unknown");
    problem(
        node.post(
            "/api/deployments", "{\"design_id\": \"echo\", \"endpoint_path\": \"x\", \"oops\": 1}"),
        400,
        "request.invalid");
    problem(node.post("/api/deployments", "[]"), 400, "request.invalid");
    problem(node.post("/api/deployed/x", "1"), 404, "deployment.unknown");
  }

  private static HttpResponse<String> scheduled(String schedule) throws Exception {
    return node.post(
        "/api/deployments",
        "{\"design_id\": \"echo\", \"endpoint_path\": \"scheduled\", \"schedule\": %s}"
            .formatted(schedule));
  }

  @Test
  void aScheduleIsCheckedAndStoredButNotEnabledAsItWouldNeverFire() throws Exception {
    problem(
        scheduled("{\"enabled\": true, \"interval_seconds\": 5}"), 501, "schedule.not-available");
    problem(scheduled("{\"cron_expression\": \"0 0 8 * * *\"}"), 400, "schedule.form");
    problem(scheduled("{\"timezone\": \"Moon\"}"), 400, "schedule.form");

    JsonNode stored =
        json(scheduled("{\"enabled\": false, \"cron_expression\": \"0 8 * * 1-5\"}"), 201);
    JsonNode schedule = stored.get("schedule");
    assertEquals("0 8 * * 1-5", schedule.get("cron_expression").asText());
    assertEquals("UTC", schedule.get("timezone").asText());
    String one = "/api/deployments/" + stored.get("id").asText();
    problem(
        node.put(one, "{\"schedule\": {\"enabled\": true, \"interval_seconds\": 5}}"),
        501,
        "schedule.not-available");
    JsonNode changed = json(node.put(one, "{\"schedule\": {\"interval_seconds\": 60}}"), 200);
    assertEquals(60, changed.at("/schedule/interval_seconds").asInt());
    JsonNode unchanged = json(node.put(one, "{\"status\": \"active\"}"), 200);
    assertEquals(60, unchanged.at("/schedule/interval_seconds").asInt());
    json(node.put(one, "{\"schedule\": null}"), 200);
    assertTrue(json(node.get(one), 200).get("schedule").isNull());
  }

  @Test
  void aCronExpressionIsCheckedAlthoughItsScheduleIsSwitchedOff() throws Exception {
    JsonNode refused =
        problem(
            node.post(
                "/api/deployments",
                "{\"design_id\": \"echo\", \"endpoint_path\": \"cron\","
                    + " \"schedule\": {\"cron_expression\": \"0 25 * * *\"}}"),
            400,
            "schedule.form");
    JsonNode error = refused.at("/errors/0");
    assertEquals("/schedule/cron_expression", error.get("pointer").asText());
    assertTrue(error.get("message").asText().contains("\"25\" is no hour"), error.toString());
    assertTrue(error.get("cure").asText().contains("from 0 to 23"), error.toString());
  }

  @Test
  void aDeploymentThatIsSwitchedOffTakesNoExecutions() throws Exception {
    String id = deployed("echo", "switched");

    assertEquals(
        "inactive",
        json(node.put("/api/deployments/" + id, "{\"status\": \"inactive\"}"), 200)
            .get("status")
            .asText());
    problem(node.post("/api/deployed/switched", "1"), 409, "deployment.inactive");
    problem(node.post("/api/deployments/" + id + "/execute", "{}"), 409, "deployment.inactive");
    problem(node.put("/api/deployments/" + id, "{\"status\": \"error\"}"), 400, "request.invalid");
    json(node.put("/api/deployments/" + id, "{\"status\": \"active\"}"), 200);
    assertEquals("1", node.post("/api/deployed/switched", "1").body());
  }

  @Test
  void whatRunsGoesOnAndIsAnsweredWhileItsDeploymentIsSwitchedOff() throws Exception {
    JsonNode deployment =
        node.deploy(
            """
            id: paused
            blocks:
              - {id: ask, type: wait, data: {promise: paused-ask}}
              - {id: nap, type: sleep, data: {duration: 10ms}}
              - {id: told, type: transform, data: {value: ["${ . }"]}}
            """);
    String one = "/api/deployments/" + deployment.get("id").asText();
    CompletableFuture<HttpResponse<String>> caller =
        node.client()
            .sendAsync(
                node.request("/api/deployed/paused")
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    await().until(() -> node.get("/api/promises/paused-ask").statusCode() == 200);

    json(node.put(one, "{\"status\": \"inactive\"}"), 200);
    problem(node.post("/api/deployed/paused", "1"), 409, "deployment.inactive");
    json(node.post("/api/promises/paused-ask/resolve", "{\"value\": 7}"), 200);
    HttpResponse<String> answer = caller.get(20, TimeUnit.SECONDS);

    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("[7]", answer.body());
  }

  @Test
  void aDeploymentIsPinnedToItsRevisionUntilItIsMoved() throws Exception {
    String design =
        """
        id: versions
        name: Versions
        blocks:
          - {id: only, type: transform, data: {value: %d}}
        """;
    node.save(design.formatted(1));
    node.save(design.formatted(2));
    String body = "{\"design_id\": \"versions\", \"endpoint_path\": \"versions\", \"revision\": 1}";
    String one =
        "/api/deployments/" + json(node.post("/api/deployments", body), 201).get("id").asText();

    assertEquals("1", node.post("/api/deployed/versions", "").body());
    assertEquals(2, json(node.put(one, "{\"revision\": 2}"), 200).get("revision").asInt());
    assertEquals("2", node.post("/api/deployed/versions", "").body());
    problem(node.put(one, "{\"revision\": 3}"), 404, "design.unknown");
    problem(node.put(one, "{\"revision\": 0}"), 400, "request.invalid");
    assertEquals("2", node.post("/api/deployed/versions", "").body());
  }

  @Test
  void aDeletedDeploymentIsGoneAndItsPathIsFree() throws Exception {
    String id = deployed("echo", "passing");

    assertEquals(204, node.delete("/api/deployments/" + id).statusCode());
    problem(node.delete("/api/deployments/" + id), 404, "deployment.unknown");
    problem(node.get("/api/deployments/" + id), 404, "deployment.unknown");
    problem(node.put("/api/deployments/" + id, "{}"), 404, "deployment.unknown");
    problem(node.post("/api/deployed/passing", "1"), 404, "deployment.unknown");
    deployed("nap", "passing");
  }

  @Test
  void aPersonTriggersADeploymentAndGetsTheExecutionToLookAt() throws Exception {
    String id = deployed("echo", "by-hand");
    String execute = "/api/deployments/" + id + "/execute";

    HttpResponse<String> accepted = node.post(execute, "{\"input_data\": {\"n\": 1}}");
    JsonNode body = json(accepted, 202);
    String execution = body.get("execution_id").asText();
    assertEquals("running", body.get("status").asText());
    assertEquals("/api/executions/" + execution, header(accepted, "Location"));
    await()
        .until(
            () ->
                json(node.get("/api/executions/" + execution), 200)
                    .get("status")
                    .asText()
                    .equals("completed"));
    JsonNode log = json(node.get("/api/deployments/" + id + "/logs/" + execution), 200);
    assertEquals("manual", log.get("trigger_type").asText());
    assertEquals(1, log.at("/result_data/n").asInt());

    assertEquals("null", node.post(execute, "", "Prefer", "wait=20").body());
    problem(node.post(execute, "{\"input\": 1}"), 400, "request.invalid");
    problem(node.post("/api/deployments/none/execute", "{}"), 404, "deployment.unknown");
    problem(node.get(execute), 405, "request.method");
  }

  @Test
  void theHistoryIsPagedNewestFirstAndFilteredByStatus() throws Exception {
    String id = deployed("echo", "history");
    String logs = "/api/deployments/" + id + "/logs";
    for (int i = 1; i <= 3; i++) {
      assertEquals("" + i, node.post("/api/deployed/history", "" + i).body());
    }
    json(node.put("/api/deployments/" + id, "{\"status\": \"active\"}"), 200);

    HttpResponse<String> first = node.get(logs + "?limit=2");
    JsonNode page = json(first, 200);
    assertEquals(2, page.size());
    assertEquals(3, page.get(0).get("input_data").asInt());
    assertEquals(2, page.get(1).get("input_data").asInt());
    String link = header(first, "Link");
    JsonNode rest = json(node.get(link.substring(1, link.indexOf('>'))), 200);
    assertEquals(1, rest.size());
    assertEquals(1, rest.get(0).get("input_data").asInt());

    JsonNode log = page.get(0);
    Set<String> names = new HashSet<>();
    log.fieldNames().forEachRemaining(names::add);
    assertTrue(
        names.containsAll(
            Set.of(
                "id",
                "deployment_id",
                "design_id",
                "execution_id",
                "status",
                "trigger_type",
                "triggered_by",
                "input_data",
                "result_data",
                "error",
                "started_at",
                "completed_at",
                "duration_ms")),
        names.toString());
    assertEquals("api", log.get("trigger_type").asText());
    assertEquals("127.0.0.1", log.get("triggered_by").asText());
    Instant.parse(log.get("started_at").asText());
    Instant.parse(log.get("completed_at").asText());
    assertTrue(log.get("duration_ms").asLong() >= 0);

    assertEquals(3, json(node.get(logs + "?status=completed"), 200).size());
    assertEquals(0, json(node.get(logs + "?status=failed"), 200).size());
    problem(node.get(logs + "?status=odd"), 400, "request.invalid");
    problem(node.get("/api/deployments/none/logs"), 404, "deployment.unknown");
    problem(node.get(logs + "/none"), 404, "execution.unknown");
  }

  @Test
  void aLogBelongsToItsDeploymentAlone() throws Exception {
    String id = deployed("failing", "failing");
    String other = deployed("echo", "other");
    HttpResponse<String> failed = node.post("/api/deployed/failing", "1");
    String execution = header(failed, "X-Howdah-Execution");

    JsonNode log = json(node.get("/api/deployments/" + id + "/logs/" + execution), 200);
    assertEquals("failed", log.get("status").asText());
    assertEquals("boom", log.at("/error/path").asText());
    assertTrue(log.get("result_data").isNull());
    problem(node.get("/api/deployments/" + other + "/logs/" + execution), 404, "execution.unknown");
  }
}
