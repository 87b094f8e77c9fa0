package dev.howdah.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.howdah.json.Json;
import dev.howdah.worker.wasm.ChicoryRuntime;
import dev.howdah.worker.wasm.ChicorySettings;
import dev.howdah.worker.wasm.WasmCall;
import dev.howdah.worker.wasm.WasmModule;
import dev.howdah.worker.wasm.WasmRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/**
 * What a team writes by hand with Camel: an HTTP endpoint, a route of three processors that call
 * the same WebAssembly function on the same runtime, and the answer. Nothing is recorded, logged or
 * checked.
 */
final class HandWritten {
  private HandWritten() {}

  /** Serves until it is killed; arguments: port, module. */
  public static void main(String[] args) throws Exception {
    WasmRuntime runtime = new ChicoryRuntime(ChicorySettings.defaults());
    WasmModule module = WasmModule.of(Files.readAllBytes(Path.of(args[1])));
    Main main = new Main();
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.port", args[0]);
    main.addInitialProperty("camel.main.startupSummaryLevel", "off");
    main.configure().withJmxEnabled(false);
    main.configure().addRoutesBuilder(new Chain(runtime, module));
    main.run();
  }

  private static final class Chain extends RouteBuilder {
    private final WasmRuntime runtime;
    private final WasmModule module;

    Chain(WasmRuntime runtime, WasmModule module) {
      this.runtime = runtime;
      this.module = module;
    }

    @Override
    public void configure() {
      from("platform-http:/chain?httpMethodRestrict=POST")
          .process(
              exchange -> {
                JsonNode body = Json.read(exchange.getMessage().getBody(String.class));
                exchange.getMessage().setBody(body.get("n"));
              })
          .process(this::fibo)
          .process(this::fibo)
          .process(this::fibo)
          .process(
              exchange -> {
                JsonNode body = exchange.getMessage().getBody(JsonNode.class);
                exchange.getMessage().removeHeaders("*");
                exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
                exchange.getMessage().setBody(Json.write(body));
              });
    }

    private void fibo(Exchange exchange) throws InterruptedException {
      JsonNode n = exchange.getMessage().getBody(JsonNode.class);
      exchange
          .getMessage()
          .setBody(
              runtime.call(
                  module,
                  new WasmCall(
                      "fibo",
                      List.of(IntNode.valueOf(n.intValue())),
                      null,
                      Duration.ofSeconds(10),
                      16 << 20)));
    }
  }
}
