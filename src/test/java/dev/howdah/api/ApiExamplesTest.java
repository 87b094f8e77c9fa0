package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/api.md, run by a shell and the real curl as they stand there. */
class ApiExamplesTest {
  private static final Path PAGE = Path.of("docs/api.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `([A-Z]+ /\\S+)`.*?\\| (.*) \\| `(.*)` \\|");
  private static final Pattern SUCCESS = Pattern.compile("\\b2\\d\\d\\b");

  /** Has curl tell the status on standard error. */
  private static final String SHELL =
      "curl() { command curl -sS --max-time 30 -w '%{stderr}%{http_code}' \"$@\"; }\n";

  /** An example of the table, and the status that the table tells for a success. */
  private record Example(String command, String status) {}

  private record Answer(String status, String body) {}

  private final Map<String, String> variables = new HashMap<>();
  @TempDir Path directory;
  @TempDir Path here;

  private static Map<String, Example> examples() throws Exception {
    Map<String, Example> examples = new LinkedHashMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| `")) {
        Matcher row = ROW.matcher(line);
        assertTrue(row.matches(), line);
        Matcher success = SUCCESS.matcher(row.group(2));
        String status = success.find() ? success.group() : "200";
        examples.put(row.group(1), new Example(row.group(3), status));
      }
    }
    return examples;
  }

  private Answer shell(String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", SHELL + command).directory(here.toFile());
    builder.environment().putAll(variables);
    Path told = here.resolve(".stderr");
    Process process = builder.redirectError(told.toFile()).start();
    String body = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + ": " + Files.readString(told));
    return new Answer(Files.readString(told), body);
  }

  /** Runs examples, takes them out of those to run, and gives the body of the last answer. */
  private String run(Map<String, Example> examples, String... endpoints) throws Exception {
    String body = "";
    for (String endpoint : endpoints) {
      Example example = examples.remove(endpoint);
      Answer answer = shell(example.command());
      assertEquals(example.status(), answer.status(), example.command() + ": " + answer.body());
      body = answer.body();
    }
    return body;
  }

  private static String field(String body, String pointer) throws Exception {
    return Json.read(body).at(pointer).asText();
  }

  private void giveVariables(ApiNode node) {
    variables.put("B", node.uri("").toString());
    variables.put("J", "Content-Type: application/json");
  }

  private void giveFiles(ApiNode node) throws Exception {
    Files.writeString(here.resolve("design.yaml"), ApiNode.ECHO);
    String wat = Files.readString(Path.of("designs/modules/fibo.wat"));
    JsonNode module = ApiNode.json(node.send("PUT", "/api/modules/wat", "text/plain", wat), 201);
    HttpRequest.Builder binary =
        node.request("/api/modules/sha256/" + module.get("sha256").asText());
    node.client().send(binary.build(), HttpResponse.BodyHandlers.ofFile(here.resolve("fibo.wasm")));
  }

  @Test
  void everyCallOfTheTableWorksAsItStands() throws Exception {
    Map<String, Example> examples = examples();
    try (ApiNode node = ApiNode.start(directory, Map.of())) {
      giveVariables(node);
      giveFiles(node);

      run(examples, "GET /health", "GET /api/block-kinds");
      run(examples, "POST /api/designs", "GET /api/designs", "GET /api/designs/{id}");
      assertTrue(run(examples, "GET /api/designs/{id}/routes").contains("- route:"));
      run(examples, "PUT /api/modules/{name}");
      variables.put("HASH", field(run(examples, "GET /api/modules"), "/0/sha256"));
      run(examples, "GET /api/modules/sha256/{hash}");
      assertEquals(
          -1, Files.mismatch(here.resolve("fibo.wasm"), here.resolve(variables.get("HASH"))));

      variables.put("ID", field(run(examples, "POST /api/deployments"), "/id"));
      run(examples, "GET /api/deployments", "GET /api/deployments/{id}");
      assertEquals("{\"n\":1}", run(examples, "POST /api/deployed/{path}"));
      assertEquals("{\"n\":\"1\"}", run(examples, "GET /api/deployed/{path}"));
      variables.put(
          "EXECUTION", field(run(examples, "POST /api/deployments/{id}/execute"), "/execution_id"));
      String events = run(examples, "GET /api/executions/{id}/events");
      assertTrue(events.contains("event: end"), events);
      run(examples, "GET /api/deployments/{id}/logs", "GET /api/executions");
      assertEquals(
          "completed", field(run(examples, "GET /api/deployments/{id}/logs/{log_id}"), "/status"));
      run(examples, "GET /api/executions/{id}", "POST /api/executions/{id}/rerun");

      node.deploy(ApiNode.NAP);
      HttpResponse<String> nap =
          node.post("/api/deployed/nap", "{\"for\": \"1h\"}", "Prefer", "respond-async");
      variables.put("EXECUTION", field(nap.body(), "/execution_id"));
      run(examples, "POST /api/executions/{id}/cancel");

      run(examples, "POST /api/promises", "GET /api/promises", "GET /api/promises/{id}");
      assertEquals("resolved", field(run(examples, "POST /api/promises/{id}/resolve"), "/status"));

      run(examples, "PUT /api/deployments/{id}", "DELETE /api/deployments/{id}");
    }
    assertEquals(Set.of(), examples.keySet(), "not run");
  }

  @Test
  void theStreamOfADeploymentIsAskedForAsItStands() throws Exception {
    String command =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("    curl "))
            .reduce((first, last) -> last)
            .orElseThrow();
    try (ApiNode node = ApiNode.start(directory, Map.of())) {
      giveVariables(node);
      node.deploy(ApiNode.ECHO.replace("id: echo", "id: ask"));
      Answer answer = shell(command);
      assertEquals("200", answer.status());
      assertTrue(answer.body().contains("How many humps?"), answer.body());
    }
  }
}
