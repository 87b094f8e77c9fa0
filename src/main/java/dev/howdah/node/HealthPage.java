package dev.howdah.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** {@code GET /health} for probes: 200 when the process is ready, 503 while it is not. */
final class HealthPage implements AutoCloseable {
  private final HttpServer server;

  private HealthPage(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves the page.
   *
   * @param port 0 takes a free one
   * @param health an object with the boolean {@code ready}; asked at each request
   */
  static HealthPage serve(String host, int port, Supplier<JsonNode> health) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
      server.createContext("/", exchange -> answer(exchange, health));
      server.start();
      return new HealthPage(server);
    } catch (IOException e) {
      throw Fault.rejected(
              "http.port-taken",
              Blame.CALLER,
              "port %d on %s cannot be listened on (%s); choose another with --port"
                  .formatted(port, host, e.getMessage()))
          .toException();
    }
  }

  private static void answer(HttpExchange exchange, Supplier<JsonNode> health) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals("/health")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      JsonNode page = health.get();
      byte[] body = Json.write(page).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(page.path("ready").asBoolean() ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
