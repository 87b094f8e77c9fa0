package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.config.Settings;
import dev.howdah.json.Json;
import dev.howdah.node.EngineNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** An engine node with its API on a free port, and a client of it. */
final class ApiNode implements AutoCloseable {
  /** A design of one block that gives on its input. */
  static final String ECHO =
      """
      id: echo
      name: Echo
      blocks:
        - {id: only, type: transform, data: {value: "${ . }"}}
      """;

  /** A design that sleeps as long as its input says. */
  static final String NAP =
      """
      id: nap
      name: Nap
      blocks:
        - {id: nap, type: sleep, data: {duration: "${ .for }"}}
        - {id: done, type: transform, data: {value: {slept: "${ .for }"}}}
      """;

  private final EngineNode node;
  private final Api api;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ApiNode(EngineNode node, Api api) {
    this.node = node;
    this.api = api;
  }

  /** Starts a node in an empty directory. */
  static ApiNode start(Path directory, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.put("howdah.data", directory.resolve("data").toString());
    settings.put("howdah.routes", directory.resolve("routes").toString());
    settings.put("howdah.broker.port", "0");
    settings.put("howdah.http.port", "0");
    settings.put("howdah.http.host", "127.0.0.1");
    settings.putIfAbsent("howdah.store.synchronous", "normal");
    EngineNode node =
        EngineNode.start(Settings.of(settings), InstantSource.system(), true, fault -> {});
    return new ApiNode(node, Api.mount(node));
  }

  EngineNode node() {
    return node;
  }

  Api api() {
    return api;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + node.port() + path);
  }

  HttpClient client() {
    return client;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(40));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> send(String method, String path, String type, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> post(String path, String json, String... headers) throws Exception {
    return send("POST", path, "application/json", json, headers);
  }

  HttpResponse<String> put(String path, String json) throws Exception {
    return send("PUT", path, "application/json", json);
  }

  HttpResponse<String> delete(String path) throws Exception {
    return send(request(path).DELETE());
  }

  /** Saves a design. */
  JsonNode save(String design) throws Exception {
    return json(send("POST", "/api/designs", "application/yaml", design), 201);
  }

  /** Saves a design and deploys it under its own id. */
  JsonNode deploy(String design) throws Exception {
    String id = save(design).get("id").asText();
    String body = "{\"design_id\": \"%s\", \"endpoint_path\": \"/%s\"}".formatted(id, id);
    return json(post("/api/deployments", body), 201);
  }

  /** The JSON of an answer that must have a status. */
  static JsonNode json(HttpResponse<String> response, int status) throws Exception {
    assertEquals(status, response.statusCode(), response.body());
    return Json.read(response.body());
  }

  /** The problem document of an answer that must be one. */
  static JsonNode problem(HttpResponse<String> response, int status, String code) throws Exception {
    JsonNode problem = json(response, status);
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElse(""));
    assertEquals(code, problem.path("code").asText(), response.body());
    assertEquals(status, problem.path("status").asInt());
    assertEquals("urn:howdah:problem:" + code, problem.path("type").asText());
    assertEquals(false, problem.path("title").asText().isEmpty());
    assertEquals(false, problem.path("detail").asText().isEmpty());
    return problem;
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Override
  public void close() {
    api.close();
    node.close();
  }
}
