package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.worker.http.HttpCaller;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpBlockTest {
  private static final String TOKEN = "${ $secrets.token }";

  private final List<Headers> seen = new CopyOnWriteArrayList<>();
  private final HttpCaller http = HttpCaller.forServices(Clock.systemUTC());
  private final Trial trial = new Trial(null, http);
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    trial.close();
    http.close();
  }

  private String call(String data) {
    return """
        blocks:
        - id: call
          type: http
          data:
            url: http://127.0.0.1:%d/
        """
            .formatted(server.getAddress().getPort())
        + data.indent(4);
  }

  private void serve(int status, String body, String... headers) {
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestHeaders());
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
  }

  @Test
  void provesWhoAsksWithABearerToken() throws Exception {
    serve(200, "1");
    assertEquals("1", trial.result(call("auth: {bearer: \"" + TOKEN + "\"}"), "null"));
    assertEquals("Bearer s3cret", seen.get(0).getFirst("Authorization"));
  }

  @Test
  void provesWhoAsksWithAUserAndAPassword() throws Exception {
    serve(200, "1");
    trial.run(
        call("auth: {basic: {user: \"${ .me }\", password: \"" + TOKEN + "\"}}"),
        "{\"me\":\"ada\"}");
    String pair = Base64.getEncoder().encodeToString("ada:s3cret".getBytes(StandardCharsets.UTF_8));
    assertEquals("Basic " + pair, seen.get(0).getFirst("Authorization"));
  }

  @Test
  void aCredentialThatComesBackIsNotInTheFault() throws Exception {
    serve(401, "{\"error\": \"bad key s3cret\"}");
    String told =
        trial.result(call("auth: {header: {name: X-Api-Key, value: \"" + TOKEN + "\"}}"), "null");
    assertEquals("s3cret", seen.get(0).getFirst("X-Api-Key"));
    assertTrue(told.startsWith("call http.status"), told);
    assertTrue(told.contains("bad key ***"), told);
  }

  @Test
  void aMissingSecretIsSaidBeforeAnythingIsSent() throws Exception {
    String told = trial.result(call("auth: {bearer: \"${ $secrets.other }\"}"), "null");
    assertTrue(told.contains("secret"), told);
    assertEquals(List.of(), seen);
  }

  @Test
  void twoProofsInTheSameHeaderAreRefused() throws Exception {
    String told =
        trial.result(
            call("auth: {bearer: \"" + TOKEN + "\"}\nheaders: {authorization: \"x y\"}"), "null");
    assertTrue(told.contains("http.invalid-request"), told);
    assertFalse(told.contains("s3cret"), told);
  }

  @Test
  void credentialsWrittenOutAndMixedProofsAreRefused() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        """
                        blocks:
                        - {id: a, type: http, data: {url: "http://h", auth: {bearer: abcdef}}}
                        - {id: b, type: http, data: {url: "http://h", auth: {}}}
                        - id: c
                          type: http
                          data: {url: "http://h", auth: {basic: {user: u, password: abcdef}}}
                        """,
                        "1"))
            .getMessage();
    assertTrue(told.contains("\"bearer\" is written out"), told);
    assertTrue(told.contains("\"password\" is written out"), told);
    assertTrue(told.contains("uth has one of bearer, basic and header"), told);
    assertFalse(told.contains("abcdef"), told);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://exa mple/",
        "http://",
        "http://[::1",
        "ht!tp://",
        "",
        "/rel",
        "ftp://x/",
        "file:///etc/passwd",
        "http://h:99999/"
      })
  void anAddressWhereNothingCanBeIsRefusedWhereItStands(String url) {
    String design = "blocks:\n- {id: a, type: http, data: {url: \"%s\"}}\n".formatted(url);
    InvalidDesignException told =
        assertThrows(InvalidDesignException.class, () -> trial.result(design, "1"));
    assertEquals(1, told.problems().size(), told.getMessage());
    assertTrue(told.problems().get(0).message().startsWith("\"url\": "), told.getMessage());
  }

  @Test
  void linesAreAListAndAreToldAsTheyCome() throws Exception {
    serve(200, "{\"n\":1}\n\nplain words\r\n[2]");
    assertEquals("[{\"n\":1},\"plain words\",[2]]", trial.result(call("response: lines"), "null"));
    assertEquals("call", trial.told().get(0).path());
    assertEquals(
        List.of("{\"n\":1}\n", "plain words\n", "[2]\n"),
        trial.told().subList(0, 3).stream().map(partial -> partial.text()).toList());
  }

  @Test
  void moreLinesThanAllowedAreAFault() throws Exception {
    serve(200, "a line\n".repeat(1000));
    String told = trial.result(call("response: lines\nmaxResponse: 1KiB"), "null");
    assertTrue(told.startsWith("call http.too-large"), told);
  }

  @Test
  void waitsAsLongAsABusyServiceAsks() throws Exception {
    serve(503, "busy", "Retry-After", "90");
    var outcome =
        trial.run(call("").replace("  data:", "  retry: {maxAttempts: 2}\n  data:"), "null");
    assertTrue(Trial.told(outcome).startsWith("call http.status"), Trial.told(outcome));
    long first = outcome.rows().step("call", 1).orElseThrow().startedAt();
    long second = outcome.rows().step("call", 2).orElseThrow().startedAt();
    assertTrue(second - first >= 90_000, second - first + " ms");
    assertFalse(
        seen.get(0).getFirst("Idempotency-Key").equals(seen.get(1).getFirst("Idempotency-Key")));
  }

  @Test
  void theAddressOfCloudMetadataIsRefused() throws Exception {
    String told =
        trial.result(call("").replaceAll("http://127[^\n]*", "http://169.254.169.254/latest"), "1");
    assertTrue(told.startsWith("call http.address-refused"), told);
  }
}
