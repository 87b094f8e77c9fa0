package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that is wrong in several places is told all of them at once. */
class MistakesApiTest {
  @TempDir static Path directory;
  private static ApiNode node;
  private static String deployment;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of());
    deployment = node.deploy(ApiNode.ECHO).get("id").asText();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** {@code pointer code} of each mistake, each of which has a cause and a cure. */
  private static List<String> mistakes(HttpResponse<String> response, int status, String code)
      throws Exception {
    List<String> found = new ArrayList<>();
    for (JsonNode error : problem(response, status, code).get("errors")) {
      assertFalse(error.path("message").asText().isBlank(), error.toString());
      assertFalse(error.path("cure").asText().isBlank(), error.toString());
      found.add(error.path("pointer").asText() + " " + error.path("code").asText());
    }
    return found;
  }

  @Test
  void aNewDeploymentIsToldAllItsMistakes() throws Exception {
    String body =
        """
        {"design_id": "nobody", "endpoint_path": "a b", "revision": 0, "oops/1": 1, "more": 2,
         "schedule": {"enabled": "yes", "timezone": "Moon", "cron_expression": "99 8 * * 9"}}
        """;
    assertEquals(
        List.of(
            "/oops~11 request.invalid",
            "/more request.invalid",
            "/revision request.invalid",
            "/schedule/enabled schedule.form",
            "/schedule/timezone schedule.form",
            "/schedule/cron_expression schedule.form",
            "/schedule/cron_expression schedule.form",
            "/design_id design.unknown",
            "/endpoint_path deployment.path"),
        mistakes(node.post("/api/deployments", body), 400, "request.invalid"));
    assertEquals(
        List.of("/design_id request.invalid", "/endpoint_path request.invalid"),
        mistakes(node.post("/api/deployments", "{}"), 400, "request.invalid"));
    assertEquals(
        List.of("/design_id design.unknown"),
        mistakes(
            node.post("/api/deployments", "{\"design_id\": \"no\", \"endpoint_path\": \"free\"}"),
            404,
            "design.unknown"));
  }

  @Test
  void aChangeOfADeploymentIsToldAllItsMistakes() throws Exception {
    String one = "/api/deployments/" + deployment;
    assertEquals(
        List.of(
            "/path request.invalid",
            "/schedule schedule.form",
            "/status request.invalid",
            "/revision design.unknown"),
        mistakes(
            node.put(
                one, "{\"path\": 1, \"status\": \"error\", \"revision\": 99, \"schedule\": 1}"),
            400,
            "request.invalid"));
    assertEquals("active", json(node.get(one), 200).get("status").asText());
  }

  @Test
  void aRerunIsToldAllItsMistakes() throws Exception {
    String execution = header(node.post("/api/deployed/echo", "1"), "X-Howdah-Execution");
    assertEquals(
        List.of(
            "/from request.invalid",
            "/skip/0 request.invalid",
            "/skip/2 request.invalid",
            "/from_step rerun.unknown-step",
            "/overrides/no~1where rerun.unknown-step",
            "/skip/1 rerun.unknown-step"),
        mistakes(
            node.post(
                "/api/executions/" + execution + "/rerun",
                """
                {"from": 1, "from_step": "nowhere", "overrides": {"no/where": 1, "only": 2},
                 "skip": [5, "lost", "only"]}
                """),
            400,
            "request.invalid"));
  }

  @Test
  void aNewPromiseIsToldAllItsMistakes() throws Exception {
    assertEquals(
        List.of(
            "/until request.invalid",
            "/id request.invalid",
            "/title request.invalid",
            "/schema/properties/a/type request.invalid",
            "/schema/properties/b/$ref request.invalid",
            "/timeout request.invalid"),
        mistakes(
            node.post(
                "/api/promises",
                """
                {"id": 7, "title": 5, "timeout": "soon", "until": 1, "schema": {"properties":
                 {"a": {"type": "zz"}, "b": {"$ref": "http://elsewhere/"}}}}
                """),
            400,
            "request.invalid"));
  }

  @Test
  void anExecutionIsToldAllItsMistakes() throws Exception {
    String execute = "/api/deployments/" + deployment + "/execute";
    HttpResponse<String> refused =
        node.post(execute, "{\"input\": 1, \"n\": 2, \"input_data\": 3}");
    assertEquals(
        List.of("/input request.invalid", "/n request.invalid"),
        mistakes(refused, 400, "request.invalid"));
    assertTrue(
        json(refused, 400).at("/errors/0/cure").asText().contains("input_data"), refused.body());
    assertEquals(
        List.of(" request.invalid"), mistakes(node.post(execute, "[]"), 400, "request.invalid"));
  }
}
