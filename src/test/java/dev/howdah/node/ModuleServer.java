package dev.howdah.node;

import com.sun.net.httpserver.HttpServer;
import dev.howdah.block.spi.ModuleContent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Serves modules by hash over real HTTP, as an engine's API does. */
final class ModuleServer implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();

  ModuleServer(Function<String, Optional<ModuleContent>> byHash) throws IOException {
    server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/api/modules/sha256/",
        exchange -> {
          asked.incrementAndGet();
          String path = exchange.getRequestURI().getPath();
          Optional<ModuleContent> module = byHash.apply(path.substring(path.lastIndexOf('/') + 1));
          byte[] body = module.map(ModuleContent::bytes).orElse(new byte[0]);
          exchange.sendResponseHeaders(module.isPresent() ? 200 : 404, Math.max(body.length, 1));
          exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
