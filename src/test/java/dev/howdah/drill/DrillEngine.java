package dev.howdah.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.config.Settings;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.engine.Engine;
import dev.howdah.engine.StartRequest;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import dev.howdah.store.DeploymentRow;
import dev.howdah.store.DeploymentStatus;
import dev.howdah.worker.wasm.WasmModule;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The engine of a drill: a real engine node that serves no group but its own, with the two designs
 * of the drill deployed and the least of an HTTP API in front. Arguments: data directory, port,
 * broker port, address of the flaky service, directory of modules.
 */
public final class DrillEngine {
  private final EngineNode node;

  private DrillEngine(EngineNode node) {
    this.node = node;
  }

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("howdah.data", args[0]);
    settings.put("howdah.http.port", "0");
    settings.put("howdah.http.url", "http://localhost:" + port);
    settings.put("howdah.broker.port", args[2]);
    settings.put("howdah.groups", "");
    settings.put("howdah.routes", args[0] + "/routes");
    EngineNode node =
        EngineNode.start(
            Settings.of(settings),
            InstantSource.system(),
            false,
            fault -> {
              System.err.println(fault.message());
              Runtime.getRuntime().halt(1);
            });
    DrillEngine engine = new DrillEngine(node);
    engine.deploy(DrillDesigns.chain(), Path.of(args[4]));
    engine.deploy(DrillDesigns.join(args[3]), Path.of(args[4]));
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(32));
    server.createContext("/api/modules/sha256/", engine::module);
    server.createContext("/run/", engine::run);
    server.createContext("/open", engine::open);
    server.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop(0);
                  node.close();
                }));
    System.err.println("The engine of the drill serves " + port);
  }

  private void deploy(String design, Path modules) {
    var saved =
        node.catalog().save("drill.yaml", design, name -> ModuleFiles.find(modules, name), true);
    if (node.store().deployments().byPath(saved.id()).isEmpty()) {
      long now = node.clock().millis();
      node.store()
          .deployments()
          .insert(
              new DeploymentRow(
                  saved.id(),
                  saved.id(),
                  saved.revision(),
                  saved.id(),
                  saved.id(),
                  DeploymentStatus.ACTIVE,
                  null,
                  now,
                  now,
                  null,
                  0));
    }
  }

  private static String last(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private void module(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<WasmModule> module = node.catalog().byHash(last(exchange));
      answer(
          exchange,
          module.isPresent() ? 200 : 404,
          module.map(WasmModule::binary).orElse(new byte[0]));
    }
  }

  private void run(HttpExchange exchange) throws IOException {
    try (exchange) {
      DeploymentRow deployment = node.store().deployments().byPath(last(exchange)).orElseThrow();
      JsonNode input = Json.MAPPER.readTree(exchange.getRequestBody());
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      StartRequest request =
          new StartRequest(
              Optional.of(new StartRequest.Deployed(deployment.id(), deployment.endpointPath())),
              deployment.designId() + "@" + deployment.revision(),
              Value.of(input),
              "api",
              "drill",
              Optional.of(key));
      try {
        Engine.Accepted accepted = node.engine().start(request).get(10, TimeUnit.SECONDS);
        answer(exchange, 202, accepted.id().getBytes(StandardCharsets.US_ASCII));
      } catch (Exception e) {
        answer(exchange, 503, new byte[0]);
      }
    }
  }

  private void open(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<?> open = node.store().executions().openAfter("", 10_000);
      answer(exchange, 200, Integer.toString(open.size()).getBytes(StandardCharsets.US_ASCII));
    }
  }
}
