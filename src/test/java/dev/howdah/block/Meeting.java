package dev.howdah.block;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP service that answers nobody until all have come: a request to {@code /NAME/COUNT} waits
 * for as many of that name. Whoever waits in vain is refused.
 */
final class Meeting implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Map<String, CyclicBarrier> places = new HashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  Meeting() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::meet);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void meet(HttpExchange exchange) throws IOException {
    boolean met = await(place(exchange.getRequestURI().getPath()));
    byte[] answer = "{\"accepted\": true}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(met ? 200 : 409, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private synchronized CyclicBarrier place(String path) {
    int count = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    return places.computeIfAbsent(path, p -> new CyclicBarrier(count));
  }

  private static boolean await(CyclicBarrier place) {
    try {
      place.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (BrokenBarrierException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
