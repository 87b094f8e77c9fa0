package dev.howdah.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The HTTP APIs of the engines under drill, which may be gone at any moment. Thread-safe. */
final class Installation {
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final List<String> urls;

  Installation(List<Integer> ports) {
    urls = ports.stream().map(port -> "http://localhost:" + port).toList();
  }

  /** Whether all engines answer. */
  boolean isUp() throws InterruptedException {
    for (int engine = 0; engine < urls.size(); engine++) {
      try {
        if (send(request(engine, "/health").GET()).statusCode() != 200) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** Uploads the module, the designs, and deploys them. */
  void deploy(Path modules, String flaky, String model) throws IOException, InterruptedException {
    put("/api/modules/modules/fibo.wat", Files.readString(modules.resolve("modules/fibo.wat")));
    for (String design : DrillDesigns.all(flaky, model)) {
      JsonNode saved = post("/api/designs", "application/yaml", design);
      post(
          "/api/deployments",
          "application/json",
          "{\"design_id\": \"%s\", \"endpoint_path\": \"%s\"}"
              .formatted(saved.get("id").textValue(), saved.get("id").textValue()));
    }
  }

  /**
   * Starts an execution, or finds it when the key was used before; empty when nobody knows.
   *
   * @param tries how often it was tried before; each try is with the next engine
   */
  Optional<String> start(int i, int tries) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          send(
              request(i + tries, "/api/deployed/" + DrillDesigns.designOf(i))
                  .header("Content-Type", "application/json")
                  .header("Prefer", "respond-async")
                  .header("Idempotency-Key", "drill-" + i)
                  .POST(body(DrillDesigns.input(i))));
      return answer.headers().firstValue("X-Howdah-Execution");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether an execution has ended, as far as anybody answers. */
  boolean hasEnded(String execution) throws InterruptedException {
    boolean ended = false;
    for (int engine = 0; engine < urls.size() && !ended; engine++) {
      ended = hasEnded(engine, execution);
    }
    return ended;
  }

  private boolean hasEnded(int engine, String execution) throws InterruptedException {
    try {
      HttpResponse<String> answer = send(request(engine, "/api/executions/" + execution).GET());
      return answer.statusCode() == 200
          && !Json.trusted(answer.body()).path("status").asText("running").equals("running");
    } catch (IOException e) {
      return false;
    }
  }

  /** The ids of promises that nobody has settled, as far as an engine answers. */
  List<String> pending(int engine) throws InterruptedException {
    try {
      HttpResponse<String> answer = send(request(engine, "/api/promises?limit=1000").GET());
      return answer.statusCode() == 200
          ? Json.trusted(answer.body()).findValuesAsText("id")
          : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Makes a promise unless it is there; whether an engine said so. */
  boolean promise(int engine, String id) throws InterruptedException {
    return posted(engine, "/api/promises", "{\"id\": \"" + id + "\"}").isPresent();
  }

  /** What a promise is settled with after this; empty when nobody knows. */
  Optional<String> resolve(int engine, String id, int value) throws InterruptedException {
    return posted(engine, "/api/promises/" + id + "/resolve", "{\"value\": " + value + "}")
        .map(promise -> promise.path("value").toString());
  }

  private Optional<JsonNode> posted(int engine, String path, String text)
      throws InterruptedException {
    try {
      HttpResponse<String> answer =
          send(request(engine, path).header("Content-Type", "application/json").POST(body(text)));
      return answer.statusCode() < 300
          ? Optional.of(Json.trusted(answer.body()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void put(String path, String text) throws IOException, InterruptedException {
    good(send(request(0, path).header("Content-Type", "text/plain").PUT(body(text))));
  }

  private JsonNode post(String path, String type, String text)
      throws IOException, InterruptedException {
    return good(send(request(0, path).header("Content-Type", type).POST(body(text))));
  }

  private static JsonNode good(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return Json.trusted(answer.body());
  }

  private HttpRequest.Builder request(int engine, String path) {
    return HttpRequest.newBuilder(URI.create(urls.get(engine % urls.size()) + path))
        .timeout(Duration.ofSeconds(15));
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return HttpRequest.BodyPublishers.ofString(text);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
