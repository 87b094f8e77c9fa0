package dev.howdah.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** How long after its end a step is told to who follows its execution. */
final class ProgressDelay {
  private static final int ROUNDS = 31;

  /** The nap gives the follower time to be there when the step ends. */
  private static final String DESIGN =
      """
      id: progress
      blocks:
        - {id: nap, type: sleep, data: {duration: 150ms}}
        - {id: work, type: wasm, group: %s, data: {module: fibo, function: fibo, args: [5]}}
      """;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private ProgressDelay() {}

  /**
   * Measures a step of a group.
   *
   * @param serve has the module {@code fibo}
   * @return milliseconds, in the median; the recorded end is exact to one
   */
  static double median(HowdahProcess serve, String group) throws Exception {
    serve.ok("POST", "/api/designs", DESIGN.formatted(group), "application/yaml");
    serve.ok(
        "POST",
        "/api/deployments",
        "{\"design_id\": \"progress\", \"endpoint_path\": \"progress\"}",
        "application/json");
    double[] delays = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      delays[i] = delay(serve.port());
    }
    Arrays.sort(delays);
    return delays[ROUNDS / 2];
  }

  private static double delay(int port) throws Exception {
    HttpRequest start =
        request(port, "/api/deployed/progress")
            .header("Prefer", "respond-async")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("null"))
            .build();
    String execution =
        HTTP.send(start, HttpResponse.BodyHandlers.discarding())
            .headers()
            .firstValue("X-Howdah-Execution")
            .orElseThrow();
    HttpRequest events = request(port, "/api/executions/" + execution + "/events").build();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                HTTP.send(events, HttpResponse.BodyHandlers.ofInputStream()).body(),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long arrived = System.currentTimeMillis();
        if (line.startsWith("data:")) {
          JsonNode step = Json.read(line.substring("data:".length()));
          if (step.path("path").asText().equals("work") && step.has("duration_ms")) {
            return arrived
                - Instant.parse(step.get("started_at").textValue()).toEpochMilli()
                - step.get("duration_ms").doubleValue();
          }
        }
      }
    }
    throw new IOException("nobody was told of the step");
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }
}
