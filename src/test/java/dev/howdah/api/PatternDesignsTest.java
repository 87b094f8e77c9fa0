package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import dev.howdah.worker.agent.ScriptedModel;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example designs with agents, deployed and called as a user would. */
class PatternDesignsTest {
  @TempDir static Path directory;
  private static ScriptedModel model;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedModel.start().script(Path.of("src/test/resources/models/examples.yaml"));
    node =
        ApiNode.start(
            directory,
            Map.of("howdah.agent.url", model.url().toString(), "howdah.agent.model", "scripted"));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    model.close();
  }

  private static JsonNode call(String file, String input) throws Exception {
    String design = Files.readString(Path.of("designs", file));
    node.deploy(design);
    String path = "/api/deployed/" + file.substring(0, file.indexOf('.'));
    return ApiNode.json(node.post(path, input), 200);
  }

  private static JsonNode steps(String design) throws Exception {
    for (JsonNode deployment : ApiNode.json(node.get("/api/deployments"), 200)) {
      if (deployment.get("design_id").asText().equals(design)) {
        String logs = "/api/deployments/" + deployment.get("id").asText() + "/logs";
        String id = ApiNode.json(node.get(logs), 200).get(0).get("execution_id").asText();
        return ApiNode.json(node.get("/api/executions/" + id), 200).get("steps");
      }
    }
    throw new AssertionError("no deployment of " + design);
  }

  private static List<String> agents(JsonNode entries) {
    return StreamSupport.stream(entries.spliterator(), false)
        .map(entry -> entry.get("agent").asText())
        .toList();
  }

  @Test
  void article() throws Exception {
    assertEquals(
        "{\"topic\":\"camels\",\"text\":\"Camels drink 100 litres at once.\"}",
        Json.write(call("article.yaml", "{\"topic\": \"camels\"}")));
    List<String> models = new ArrayList<>();
    for (JsonNode step : steps("article")) {
      if (step.get("type").asText().equals("agent")) {
        models.add(step.at("/meta/model").asText());
        assertTrue(step.at("/meta/input_tokens").asInt() > 0, step.toString());
        assertTrue(step.at("/meta/output_tokens").asInt() > 0, step.toString());
      } else {
        assertTrue(step.path("meta").isMissingNode(), step.toString());
      }
    }
    assertEquals(List.of("scripted", "scripted", "scripted"), models);
  }

  @Test
  void whoWatchesHearsAnAgentWhileItWrites() throws Exception {
    CountDownLatch watched = new CountDownLatch(1);
    model.on(
        question -> question.text().contains("Tell me slowly"),
        9,
        (question, wire) -> {
          try {
            watched.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          wire.complete("One hump or two?", "stop");
        });
    node.deploy(
        """
        id: slow
        name: Slow
        blocks:
        - {id: each, type: split, data: {items: "${ . }", blocks: [{id: tell, type: agent, data: {}}]}}
        """);
    String id =
        ApiNode.json(
                node.post("/api/deployed/slow", "[\"Tell me slowly\"]", "Prefer", "respond-async"),
                202)
            .get("execution_id")
            .asText();
    Stream<String> lines =
        node.client()
            .send(
                node.request("/api/executions/" + id + "/events").build(),
                HttpResponse.BodyHandlers.ofLines())
            .body();
    StringBuilder text = new StringBuilder();
    boolean token = false;
    for (String line : (Iterable<String>) lines::iterator) {
      watched.countDown();
      if (line.startsWith("event: ")) {
        token = line.equals("event: token");
      } else if (token && line.startsWith("data: ")) {
        JsonNode data = Json.read(line.substring(6));
        assertEquals("each[0]/tell", data.get("path").asText());
        text.append(data.get("text").asText());
      }
    }
    assertEquals("One hump or two?", text.toString());
  }

  @Test
  void marketResearch() throws Exception {
    JsonNode result =
        call("market-research.yaml", "{\"product\": \"camel rides\", \"country\": \"Norway\"}");
    assertEquals(List.of("demand", "rivals", "law"), agents(result.get("individual_results")));
    assertEquals("Do not.", result.get("aggregated_result").asText());
  }

  @Test
  void incident() throws Exception {
    JsonNode result = call("incident.yaml", "{\"report\": \"The camel is gone\"}");
    assertEquals(
        "[{\"worker\":\"logs\",\"task\":\"Read the logs of the stable\"},"
            + "{\"worker\":\"metrics\",\"task\":\"When did it begin?\"}]",
        Json.write(result.get("delegation")));
    assertEquals(List.of("logs", "metrics"), agents(result.get("worker_results")));
    assertEquals("The gate was open since noon. Close it.", result.get("final_result").asText());
  }

  @Test
  void architectureDebate() throws Exception {
    assertEquals(
        "{\"question\":\"Should we use a camel instead of a horse?\",\"decision\":\"We keep the horse.\","
            + "\"turns\":4}",
        Json.write(
            call(
                "architecture-debate.yaml",
                "{\"question\": \"Should we use a camel instead of a horse?\"}")));
  }

  @Test
  void supportDesk() throws Exception {
    JsonNode result =
        call(
            "support-desk.yaml",
            "{\"request\": \"What do I owe, and why is my camel slow?\", \"owed\": 12}");
    assertEquals("money and speed", result.at("/routing_decision/reason").asText());
    assertEquals("[\"balance\",\"technical\"]", Json.write(result.get("selected_agents")));
    assertEquals("You owe us 12 euros.", result.at("/results/0/output").asText());
    assertEquals("Have you fed it?", result.at("/results/1/output").asText());
  }

  @Test
  void contractReview() throws Exception {
    JsonNode result = call("contract-review.yaml", "{\"subject\": \"feeding\"}");
    assertEquals(2, result.get("iterations").size());
    assertEquals("The renter feeds the camel daily with hay.", result.get("final_result").asText());
  }
}
