package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

class ExecutionListTest {
  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    node = ApiNode.start(directory, Map.of());
    node.deploy(ApiNode.ECHO);
    node.deploy(ApiNode.ECHO.replace("id: echo", "id: fast\nmode: express"));
    node.deploy(ApiNode.NAP.replace("id: nap\n", "id: sleeps\nmode: express\n"));
    node.deploy(
        """
        id: fails
        blocks:
          - {id: boom, type: transform, data: {value: "${ error(\\"no\\") }"}}
        """);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String run(String design) throws Exception {
    return header(node.post("/api/deployed/" + design, "1"), "X-Howdah-Execution");
  }

  private static List<String> ids(HttpResponse<String> list) throws Exception {
    List<String> ids = new ArrayList<>();
    json(list, 200).forEach(entry -> ids.add(entry.get("id").asText()));
    return ids;
  }

  @Test
  void executionsOfAllDesignsAreListedNewestFirstInPages() throws Exception {
    String first = run("echo");
    String second = run("fast");
    String third = run("fails");
    String fourth = run("echo");

    HttpResponse<String> page = node.get("/api/executions?limit=2");
    assertEquals(List.of(fourth, third), ids(page));
    String next = header(page, "Link").replaceAll("<(.*)>.*", "$1");
    assertEquals(List.of(second, first), ids(node.get(next)).subList(0, 2));
    JsonNode entry = json(page, 200).get(1);
    assertEquals("fails", entry.get("design_id").asText());
    assertEquals("failed", entry.get("status").asText());
    assertEquals("boom", entry.at("/error/path").asText());

    assertEquals(List.of(fourth, first), ids(node.get("/api/executions?design=echo&limit=2")));
    assertEquals(List.of(third), ids(node.get("/api/executions?design=fails&status=failed")));
    assertEquals(List.of(), ids(node.get("/api/executions?design=echo&status=failed")));
    assertEquals(
        "</api/executions?limit=1&before=%s&status=completed&design=echo>; rel=\"next\""
            .formatted(fourth),
        header(node.get("/api/executions?design=echo&status=completed&limit=1"), "Link"));
    problem(node.get("/api/executions?status=odd"), 400, "request.invalid");
  }

  @Test
  void anExpressExecutionIsListedWhileItRunsInMemory() throws Exception {
    String id =
        json(node.post("/api/deployed/sleeps", "{\"for\": \"1h\"}", "Prefer", "respond-async"), 202)
            .get("execution_id")
            .asText();
    String running = "/api/executions?design=sleeps&status=running";
    assertEquals(List.of(id), ids(node.get(running)));
    json(node.post("/api/executions/" + id + "/cancel", ""), 200);
    await().until(() -> ids(node.get(running)).isEmpty());
    assertEquals(List.of(id), ids(node.get("/api/executions?status=cancelled")));
  }
}
