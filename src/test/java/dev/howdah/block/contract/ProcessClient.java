package dev.howdah.block.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API of an engine in a process of its own, which may be gone. */
final class ProcessClient {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  ProcessClient(int port) {
    this.url = "http://localhost:" + port;
  }

  boolean isUp() throws InterruptedException {
    try {
      return send("GET", "/health", "text/plain", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Uploads a module of the samples. */
  void upload(String module) throws Exception {
    byte[] bytes = Neighbours.module(module).orElseThrow().bytes();
    String type = module.endsWith(".wat") ? "text/plain" : "application/octet-stream";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/modules/" + module))
            .header("Content-Type", type)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build();
    good(client.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  /** Saves a design and deploys it at its id. */
  void deploy(String design) throws Exception {
    String id =
        good(send("POST", "/api/designs", "application/yaml", design)).get("id").textValue();
    String body = "{\"design_id\": \"%s\", \"endpoint_path\": \"%s\"}".formatted(id, id);
    good(send("POST", "/api/deployments", "application/json", body));
  }

  /** Starts an execution and gives its id. */
  String start(String path, String input) throws Exception {
    return send("POST", "/api/deployed/" + path, "application/json", input)
        .headers()
        .firstValue("X-Howdah-Execution")
        .orElseThrow();
  }

  JsonNode execution(String id) throws Exception {
    return good(send("GET", "/api/executions/" + id, "text/plain", ""));
  }

  /** The steps of an execution, as samples write them. */
  List<String> steps(String id) throws Exception {
    List<String> steps = new ArrayList<>();
    for (JsonNode step : execution(id).get("steps")) {
      String status = step.get("status").asText();
      steps.add(step.get("path").asText() + (status.equals("completed") ? "" : " " + status));
    }
    steps.sort(null);
    return steps;
  }

  /** The status of a promise; empty without one. */
  Optional<String> promise(String id) {
    try {
      HttpResponse<String> answer = send("GET", "/api/promises/" + part(id), "text/plain", "");
      return answer.statusCode() == 200
          ? Optional.of(Json.read(answer.body()).get("status").asText())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  void resolve(String promise, String value) throws Exception {
    String body = "{\"value\": " + value + "}";
    String path = "/api/promises/" + part(promise) + "/resolve";
    good(send("POST", path, "application/json", body));
  }

  private static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", type)
            .header("Prefer", "respond-async")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode good(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return Json.read(answer.body());
  }
}
