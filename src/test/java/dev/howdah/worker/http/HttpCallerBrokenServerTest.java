package dev.howdah.worker.http;

import static dev.howdah.worker.http.Requests.LIMIT;
import static dev.howdah.worker.http.Requests.answer;
import static dev.howdah.worker.http.Requests.fault;
import static dev.howdah.worker.http.Requests.get;
import static dev.howdah.worker.http.Requests.post;
import static dev.howdah.worker.http.Requests.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallerBrokenServerTest {
  private static final String SILENCE = "";
  private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";

  private final HttpCaller caller = HttpCaller.forServices(Clock.systemUTC());

  @AfterEach
  void stop() {
    caller.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {SILENCE, HALF})
  void givesUpOnASlowServerAndHangsUp(String said) {
    try (RawServer server = new RawServer(RawServer.says(said))) {
      Fault fault = fault(caller.call(within(Duration.ofMillis(300), server.url("/slow?k=v"))));
      assertEquals("http.timeout", fault.code());
      assertEquals(Blame.WORKER, fault.blame());
      assertTrue(fault.retryable());
      assertEquals(
          "GET " + server.url("/slow") + ": no complete response within 300 ms", fault.message());
      awaitHangUp(server);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SILENCE, HALF})
  void cancellingHangsUp(String said) {
    try (RawServer server = new RawServer(RawServer.says(said))) {
      CompletableFuture<HttpAnswer> call = caller.call(get(server.url("/")));
      await().until(() -> !server.requests().isEmpty());
      call.cancel(true);
      assertThrows(CancellationException.class, call::join);
      awaitHangUp(server);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SILENCE, HALF})
  void closingTheCallerAbortsItsCalls(String said) {
    try (RawServer server = new RawServer(RawServer.says(said))) {
      CompletableFuture<HttpAnswer> call = caller.call(get(server.url("/")));
      await().until(() -> !server.requests().isEmpty());
      caller.close();
      Fault fault = fault(call);
      assertEquals("http.connect", fault.code());
      assertTrue(fault.retryable());
      awaitHangUp(server);
      assertEquals("http.connect", fault(caller.call(get(server.url("/")))).code());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 99999999999\r\n\r\n",
        "\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
      })
  void stopsReadingABodyWithoutEnd(String head) {
    AtomicLong sent = new AtomicLong();
    try (RawServer server =
        new RawServer(
            socket -> {
              RawServer.send(socket, "HTTP/1.1 200 OK\r\n" + head);
              String block = "x".repeat(1000) + (head.startsWith("T") ? "\r\n3e8\r\n" : "");
              while (sent.get() < 500_000_000L) {
                RawServer.send(socket, block);
                sent.addAndGet(block.length());
              }
            })) {
      Fault fault = fault(caller.call(get(server.url("/endless"))));
      assertEquals("http.too-large", fault.code());
      assertFalse(fault.retryable());
      assertTrue(fault.message().contains("limit of " + LIMIT + " bytes"), fault.message());
      await().until(() -> server.sockets().get(0).isClosed());
      assertTrue(sent.get() < 50_000_000, "the server could send " + sent);
    }
  }

  @Test
  void takesABodyOfExactlyTheLimit() throws Exception {
    String body = "x".repeat((int) LIMIT);
    try (RawServer server =
        new RawServer(
            RawServer.says("HTTP/1.1 200 OK\r\nContent-Length: " + LIMIT + "\r\n\r\n" + body))) {
      assertEquals(body, answer(caller.call(get(server.url("/")))).text());
    }
  }

  @Test
  void quotesTheStartOfARefusalWithoutEnd() {
    try (RawServer server =
        new RawServer(
            socket -> {
              RawServer.send(socket, "HTTP/1.1 500 Oops\r\n\r\n");
              while (!socket.isClosed()) {
                RawServer.send(socket, "sorry ".repeat(100));
              }
            })) {
      Fault fault = fault(caller.call(get(server.url("/"))));
      assertTrue(fault.message().contains("status 500: sorry sorry"), fault.message());
      await().until(() -> server.sockets().get(0).isClosed());
    }
  }

  @Test
  void saysThatAResetConnectionMayPass() {
    try (RawServer server =
        new RawServer(
            socket -> {
              socket.setSoLinger(true, 0);
              socket.close();
            })) {
      assertMayPass(fault(caller.call(post(server.url("/"), Map.of(), HttpBody.text("x")))));
    }
  }

  @Test
  void saysThatABodyCutShortMayPass() {
    try (RawServer server =
        new RawServer(
            socket -> {
              RawServer.send(socket, HALF);
              socket.close();
            })) {
      assertMayPass(fault(caller.call(get(server.url("/")))));
    }
  }

  @Test
  void saysThatNonsenseMayPass() {
    try (RawServer server = new RawServer(RawServer.says("SSH-2.0-OpenSSH_9.9\r\n\r\n"))) {
      assertMayPass(fault(caller.call(get(server.url("/")))));
    }
  }

  @Test
  void saysThatAMalformedLengthMayPass() {
    try (RawServer server =
        new RawServer(RawServer.says("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"))) {
      assertMayPass(fault(caller.call(get(server.url("/")))));
    }
  }

  @Test
  void saysThatARefusedConnectionMayPass() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Fault fault = fault(caller.call(get("http://127.0.0.1:" + port + "/gone")));
    assertMayPass(fault);
    assertTrue(fault.message().contains("127.0.0.1:" + port + "/gone"), fault.message());
  }

  @Test
  void manySlowCallsNeedFewThreads() throws Exception {
    List<CompletableFuture<HttpAnswer>> calls = new ArrayList<>();
    try (RawServer server = new RawServer(RawServer.says(HALF))) {
      long others = threads();
      for (int i = 0; i < 200; i++) {
        calls.add(caller.call(within(Duration.ofSeconds(20), server.url("/" + i))));
      }
      await().atMost(Duration.ofSeconds(10)).until(() -> server.requests().size() == 200);
      assertTrue(calls.stream().noneMatch(CompletableFuture::isDone));
      long more = threads() - others;
      assertTrue(more <= 24, "200 calls need " + more + " threads");
      for (Socket socket : server.sockets()) {
        RawServer.send(socket, "x".repeat(96));
      }
      for (CompletableFuture<HttpAnswer> call : calls) {
        assertEquals(100, answer(call).body().length);
      }
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().equals("raw-server"))
        .count();
  }

  private static void assertMayPass(Fault fault) {
    assertEquals("http.connect", fault.code(), fault.message());
    assertEquals(Blame.WORKER, fault.blame());
    assertTrue(fault.retryable());
  }

  private static void awaitHangUp(RawServer server) {
    Socket socket = server.sockets().get(0);
    await().until(() -> socket.getInputStream().read() < 0);
  }
}
