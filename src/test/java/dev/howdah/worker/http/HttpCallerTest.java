package dev.howdah.worker.http;

import static dev.howdah.worker.http.Requests.answer;
import static dev.howdah.worker.http.Requests.fault;
import static dev.howdah.worker.http.Requests.get;
import static dev.howdah.worker.http.Requests.post;
import static dev.howdah.worker.http.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /** What the server saw of a request. */
  record Seen(String method, String uri, Headers headers, String body) {}

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpCaller caller = new HttpCaller(Addresses.ofServices(), () -> NOW);
  private HttpServer server;
  private String base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.start();
    base = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    caller.close();
    server.stop(0);
  }

  @Test
  void answersWithStatusHeadersAndBodyOfASuccess() throws Exception {
    serve("/", 201, "{\"a\": 1.5}", "Content-Type", "application/json");
    HttpAnswer answer = answer(caller.call(get(base + "/x?q=%20y")));
    assertEquals(201, answer.status());
    assertEquals("application/json", answer.headers().get("content-type"));
    assertEquals("1.5", answer.json().get("a").asText());
    assertEquals("/x?q=%20y", seen.get(0).uri());
  }

  @Test
  void sendsJsonAsJson() throws Exception {
    serve("/", 200, "");
    answer(caller.call(post(base, Map.of(), HttpBody.json(Json.read("{\"ü\":[1]}")))));
    assertEquals("POST", seen.get(0).method());
    assertEquals("application/json", seen.get(0).headers().getFirst("Content-Type"));
    assertEquals("{\"ü\":[1]}", seen.get(0).body());
  }

  @Test
  void sendsTextAsText() throws Exception {
    serve("/", 200, "");
    answer(caller.call(post(base, Map.of(), HttpBody.text("grüß"))));
    assertEquals("text/plain; charset=utf-8", seen.get(0).headers().getFirst("Content-Type"));
    assertEquals("grüß", seen.get(0).body());
  }

  @Test
  void leavesAGivenContentTypeAlone() throws Exception {
    serve("/", 200, "");
    answer(
        caller.call(
            post(base, Map.of("content-type", "application/ld+json"), HttpBody.text("{}"))));
    assertEquals(List.of("application/ld+json"), seen.get(0).headers().get("Content-Type"));
  }

  @Test
  void sendsTheIdempotencyKeyEncodedWhereAHeaderCannotHoldIt() throws Exception {
    serve("/", 200, "");
    HttpRequestSpec plain = get(base);
    answer(caller.call(plain));
    answer(
        caller.call(
            new HttpRequestSpec(
                "GET",
                plain.uri(),
                Map.of(),
                Optional.empty(),
                plain.timeout(),
                plain.maxResponseBytes(),
                "e1:prüfe\r\n[1]:2",
                true)));
    assertEquals(List.of("e1:first:1"), seen.get(0).headers().get("Idempotency-Key"));
    assertEquals(List.of("e1:pr%C3%BCfe%0D%0A[1]:2"), seen.get(1).headers().get("Idempotency-Key"));
  }

  @Test
  void leavesAGivenIdempotencyKeyAlone() throws Exception {
    serve("/", 200, "");
    answer(caller.call(request("GET", base, Map.of("idempotency-key", "mine"))));
    assertEquals(List.of("mine"), seen.get(0).headers().get("Idempotency-Key"));
  }

  @Test
  void asksForNoCompressionAndUndoesNone() throws Exception {
    serve("/", 200, "not really gzip", "Content-Encoding", "gzip");
    HttpAnswer answer = answer(caller.call(get(base)));
    assertNull(seen.get(0).headers().getFirst("Accept-Encoding"));
    assertEquals("not really gzip", new String(answer.body(), StandardCharsets.UTF_8));
    assertEquals("http.not-json", fault(answer::json).code());
    assertEquals("http.not-text", fault(answer::text).code());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 599})
  void saysThatAStatusOfTheServersMayPass(int status) {
    serve("/", status, "try later");
    Fault fault = fault(caller.call(get(base + "/p?token=secret")));
    assertEquals("http.status", fault.code());
    assertEquals(Blame.WORKER, fault.blame());
    assertTrue(fault.retryable());
    assertEquals("GET " + base + "/p: status " + status + ": try later", fault.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 304, 305, 400, 401, 403, 404, 409, 410, 422, 451})
  void rejectsWhatTheServerWillAlwaysRefuse(int status) {
    serve("/", status, status == 304 ? "" : "no", "Retry-After", "3");
    Fault fault = fault(caller.call(get(base)));
    assertEquals("http.status", fault.code());
    assertFalse(fault.retryable());
    assertEquals(Optional.empty(), fault.retryAfter());
    assertTrue(fault.message().contains("status " + status), fault.message());
  }

  @Test
  void quotesAtMost500HarmlessCharactersOfARefusal() {
    serve("/", 400, "a\r\n\u001b[31m\u0000b" + "x".repeat(50_000));
    String message = fault(caller.call(get(base))).message();
    String excerpt = message.substring(message.indexOf("400: ") + 5);
    assertTrue(excerpt.startsWith("a [31m bxxx"), excerpt);
    assertEquals(500, excerpt.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | 7                              | 7",
        "503 | Sun, 01 Mar 2026 12:01:30 GMT  | 90",
        "503 | Sun, 01 Mar 2026 11:00:00 GMT  | 0",
        "425 | 99999999999999999999           | 86400",
      })
  void honoursRetryAfter(int status, String header, long seconds) {
    serve("/", status, "", "Retry-After", header);
    assertEquals(
        Optional.of(Duration.ofSeconds(seconds)), fault(caller.call(get(base))).retryAfter());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void followsARedirectOfGet(int status) throws Exception {
    serve("/to", 200, "here");
    serve("/from", status, "", "Location", "to?a=b");
    HttpAnswer answer =
        answer(caller.call(request("GET", base + "/from", Map.of("X-Api-Key", "k"))));
    assertEquals("here", answer.text());
    assertEquals("/to?a=b", seen.get(1).uri());
    assertEquals("k", seen.get(1).headers().getFirst("X-Api-Key"));
  }

  @Test
  void followsFiveRedirectsButNotSix() throws Exception {
    serve("/0", 200, "here");
    for (int i = 1; i <= 6; i++) {
      serve("/" + i, 302, "", "Location", "/" + (i - 1));
    }
    assertEquals("here", answer(caller.call(get(base + "/5"))).text());
    Fault fault = fault(caller.call(get(base + "/6")));
    assertEquals("http.status", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("302"), fault.message());
  }

  @Test
  void doesNotFollowARedirectOfPost() {
    serve("/to", 200, "here");
    serve("/from", 307, "", "Location", "/to");
    Fault fault = fault(caller.call(post(base + "/from", Map.of(), HttpBody.text("x"))));
    assertTrue(fault.message().contains("status 307"), fault.message());
    assertEquals(1, seen.size());
  }

  @Test
  void keepsCredentialsFromAnotherOrigin() throws Exception {
    serve("/", 200, "");
    try (RawServer first =
        new RawServer(
            RawServer.says(
                "HTTP/1.1 302 Found\r\nLocation: " + base + "/\r\nContent-Length: 0\r\n\r\n"))) {
      Map<String, String> headers =
          Map.of("Authorization", "Bearer t", "X-Api-Key", "k", "Cookie", "c=1", "Accept", "a/b");
      answer(caller.call(request("GET", first.url("/"), headers)));
      assertTrue(first.requests().get(0).contains("Bearer t"));
    }
    Headers received = seen.get(0).headers();
    assertEquals("a/b", received.getFirst("Accept"));
    assertNull(received.getFirst("Authorization"));
    assertNull(received.getFirst("X-Api-Key"));
    assertNull(received.getFirst("Cookie"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "http://", "http://a b/", "gopher://x/"})
  void rejectsARedirectToWhatIsNoHttpAddress(String location) {
    serve("/", 302, "", "Location", location);
    Fault fault = fault(caller.call(get(base)));
    assertEquals("http.status", fault.code());
    assertFalse(fault.retryable());
  }

  @Test
  void readsTheHeadOfALargeResource() throws Exception {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Length", "999999999999");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    HttpAnswer answer = answer(caller.call(request("HEAD", base, Map.of())));
    assertEquals("999999999999", answer.headers().get("content-length"));
    assertEquals(0, answer.body().length);
  }

  @Test
  void tellsEachLineAsItComes() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=iso-8859-1");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write("{\"a\":1}\r\n\ngr\u00fc".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            first.await();
            out.write("\u00df\nlast".getBytes(StandardCharsets.ISO_8859_1));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    List<String> lines = new CopyOnWriteArrayList<>();
    HttpAnswer answer =
        answer(
            caller.call(
                get(base),
                line -> {
                  lines.add(line);
                  first.countDown();
                }));
    assertEquals(List.of("{\"a\":1}", "gr\u00fc\u00df", "last"), lines);
    assertEquals("[{\"a\":1}, \"gr\u00fc\u00df\", \"last\"]", answer.lines().toString());
  }

  @Test
  void tellsNoLineOfARefusal() {
    serve("/", 500, "a line\n");
    List<String> lines = new CopyOnWriteArrayList<>();
    fault(caller.call(get(base), lines::add));
    assertEquals(List.of(), lines);
  }

  @Test
  void keepsProofOfWhoAsksFromAnotherOriginAndOutOfFaults() throws Exception {
    serve("/here", 302, "", "Location", "/there");
    serve("/there", 302, "", "Location", base.replace("127.0.0.1", "localhost") + "/other");
    serve("/other", 200, "");
    answer(caller.call(proven(base + "/here", HttpAuth.bearer("s3cret"))));
    assertEquals("Bearer s3cret", seen.get(0).headers().getFirst("Authorization"));
    assertEquals("Bearer s3cret", seen.get(1).headers().getFirst("Authorization"));
    assertNull(seen.get(2).headers().getFirst("Authorization"));
    serve("/bad", 403, "we do not know s3cret");
    HttpRequestSpec bad = proven(base + "/bad", HttpAuth.header("X-Api-Key", "s3cret"));
    String message = fault(caller.call(bad)).message();
    assertEquals("s3cret", seen.get(3).headers().getFirst("X-Api-Key"));
    assertTrue(message.endsWith("we do not know ***"), message);
    assertFalse((bad + " " + bad.auth()).contains("s3cret"), bad.toString());
  }

  private static HttpRequestSpec proven(String url, HttpAuth auth) {
    HttpRequestSpec plain = get(url);
    return new HttpRequestSpec(
        plain.method(),
        plain.uri(),
        plain.headers(),
        plain.body(),
        plain.timeout(),
        plain.maxResponseBytes(),
        plain.idempotencyKey(),
        plain.acceptPrivate(),
        Optional.of(auth));
  }

  private void serve(String path, int status, String body, String... headers) {
    server.createContext(
        path,
        exchange -> {
          remember(exchange);
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
  }

  private void remember(HttpExchange exchange) throws IOException {
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
  }
}
