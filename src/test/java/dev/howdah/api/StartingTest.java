package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.config.Settings;
import dev.howdah.node.EngineNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What callers hear of a node that starts: nothing, or that it starts, and never that it is not.
 */
class StartingTest {
  @TempDir Path directory;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Asks again and again; nothing for an answer that never came. */
  private static List<HttpResponse<String>> ask(URI uri, AtomicBoolean enough) {
    HttpClient client = HttpClient.newHttpClient();
    List<HttpResponse<String>> answers = new ArrayList<>();
    while (!enough.get()) {
      try {
        answers.add(
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
      } catch (IOException refused) {
        Thread.onSpinWait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return answers;
      }
    }
    return answers;
  }

  @Test
  void aNodeThatStartsSaysSoAndWhatNobodyServesIsAProblem() throws Exception {
    int port = freePort();
    AtomicBoolean enough = new AtomicBoolean();
    URI uri = URI.create("http://localhost:" + port + "/nowhere");
    CompletableFuture<List<HttpResponse<String>>> asked =
        CompletableFuture.supplyAsync(() -> ask(uri, enough));
    Settings settings =
        Settings.of(
            Map.of(
                "howdah.data",
                directory.resolve("data").toString(),
                "howdah.routes",
                directory.resolve("routes").toString(),
                "howdah.broker.port",
                "0",
                "howdah.http.port",
                "" + port));
    try (EngineNode node = EngineNode.start(settings, InstantSource.system(), true, fault -> {})) {
      HttpResponse<String> starting =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      ApiNode.problem(starting, 503, "engine.starting");
      assertEquals("1", ApiNode.header(starting, "Retry-After"));
      try (Api api = Api.mount(node)) {
        HttpResponse<String> nothing =
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        ApiNode.problem(nothing, 404, "request.unknown-path");
        assertEquals(0, api.waiting());
        enough.set(true);
        Set<String> kinds = new TreeSet<>();
        for (HttpResponse<String> answer : asked.get()) {
          kinds.add(answer.statusCode() + " " + ApiNode.header(answer, "Content-Type"));
        }
        assertTrue(
            Set.of("404 application/problem+json", "503 application/problem+json")
                .containsAll(kinds),
            kinds.toString());
      }
    }
  }
}
