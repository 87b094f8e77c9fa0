package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.store.ExecutionRow;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingCallersTest {
  private static final int CALLERS = 3_000;

  @TempDir Path directory;

  @Test
  void thousandsWaitWithoutAThreadEachAndWhoIsTooManyIsToldToComeBack() throws Exception {
    try (ApiNode node =
        ApiNode.start(directory, Map.of("howdah.http.waiting", String.valueOf(CALLERS)))) {
      node.deploy(ApiNode.NAP);
      assertEquals(200, node.post("/api/deployed/nap", "{\"for\": \"1ms\"}").statusCode());
      int threads = ManagementFactory.getThreadMXBean().getThreadCount();

      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        sockets.add(
            RawHttp.open(
                node.node().port(), "POST /api/deployed/nap HTTP/1.1", "{\"for\": \"1h\"}"));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  node.api().waiting() == CALLERS
                      && node.node().store().executions().openAfter("", CALLERS).size() == CALLERS);

      int more = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
      assertTrue(more < 40, more + " threads more");
      HttpResponse<String> refused = node.post("/api/deployed/nap", "{\"for\": \"1ms\"}");
      problem(refused, 503, "request.too-many-waiting");
      assertEquals("1", header(refused, "Retry-After"));
      assertEquals(
          202,
          node.post("/api/deployed/nap", "{\"for\": \"1ms\"}", "Prefer", "respond-async")
              .statusCode());

      for (ExecutionRow open : node.node().store().executions().openAfter("", CALLERS + 1)) {
        node.node().engine().cancel(open.id(), "enough", false);
      }
      for (Socket socket : sockets) {
        problem(RawHttp.read(socket.getInputStream()), 409, "execution.cancelled");
        socket.close();
      }
      assertEquals(0, node.api().waiting());
    }
  }
}
