package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import dev.howdah.worker.agent.ScriptedModel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents in the form of another system, posted unchanged, deployed and called. */
class OrchestrationsTest {
  private static final Path DOCUMENTS = Path.of("examples", "orchestrations");

  @TempDir static Path directory;
  private static ScriptedModel model;
  private static ApiNode node;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedModel.start().script(Path.of("src/test/resources/models/orchestrations.yaml"));
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

  static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.list(DOCUMENTS)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static JsonNode call(String document, String input) throws Exception {
    String id = save(DOCUMENTS.resolve(document + ".json")).get("id").asText();
    String deployment =
        "{\"design_id\": \"%s\", \"endpoint_path\": \"called-%s\"}".formatted(id, document);
    ApiNode.json(node.post("/api/deployments", deployment), 201);
    return ApiNode.json(node.post("/api/deployed/called-" + document, input), 200);
  }

  private static JsonNode save(Path document) throws Exception {
    HttpResponse<String> saved = node.post("/api/designs", Files.readString(document));
    return ApiNode.json(saved, 201);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyDocumentLoadsAsItIs(Path document) throws Exception {
    JsonNode written = Json.read(Files.readString(document));
    JsonNode saved = save(document);
    assertEquals(written.get("id"), saved.get("id"));
    JsonNode read = ApiNode.json(node.get("/api/designs/" + saved.get("id").asText()), 200);
    assertEquals(written.get("name"), read.get("name"));
  }

  @Test
  void sequential() throws Exception {
    JsonNode result = call("sequential", "\"#12 faster start\"");
    assertEquals("Howdah starts faster.", result.get("final_result").asText());
    assertEquals(List.of("agent-1", "agent-2", "agent-3"), agents(result.get("steps")));
  }

  @Test
  void parallel() throws Exception {
    JsonNode result = call("parallel", "\"Howdah\"");
    assertEquals("A free name for a seat.", result.get("aggregated_result").asText());
    assertEquals(List.of("agent-1", "agent-2"), agents(result.get("individual_results")));
  }

  @Test
  void hierarchical() throws Exception {
    JsonNode result = call("hierarchical", "\"to Petra\"");
    assertEquals("Take train 7 at noon and sleep in room 9.", result.get("final_result").asText());
    assertEquals(List.of("agent-2", "agent-3"), agents(result.get("worker_results")));
    assertEquals(2, result.get("delegation").size());
  }

  @Test
  void debate() throws Exception {
    JsonNode result = call("debate", "null");
    assertEquals(
        List.of("Tabs are free.", "Spaces are even.", "They are smaller.", "They are portable."),
        result.get("debate_history").findValuesAsText("output"));
    assertEquals("null", result.get("verdict").toString());
  }

  @Test
  void routing() throws Exception {
    JsonNode result = call("routing", "\"What wine goes with dates?\"");
    assertEquals("it is about wine", result.at("/routing_decision/reason").asText());
    assertEquals("[\"agent-3\"]", result.get("selected_agents").toString());
    assertEquals("A sweet one.", result.at("/results/0/output").asText());
  }

  @Test
  void reflection() throws Exception {
    JsonNode result = call("reflection", "\"Do you want a camel?\"");
    assertEquals("No, thank you.", result.get("final_result").asText());
    assertEquals(2, result.get("iterations").size());
  }

  @Test
  void allSix() throws Exception {
    JsonNode result = call("product-launch", "{\"product\": \"a saddle with a seat for two\"}");
    assertEquals("Oyez ! Deux places.", result.get("final_result").asText());
    assertEquals(List.of("agent-1", "agent-2"), agents(result.get("steps")));
  }

  private static List<String> agents(JsonNode entries) {
    return entries.findValuesAsText("agent");
  }
}
