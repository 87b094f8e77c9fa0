package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.store.StepStatus;
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
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 503})
  void waitsAsLongAsABusyServiceAsks(int status) throws Exception {
    serve(status, "busy", "Retry-After", "90");
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

  // ---- what is asked

  @Test
  void asksWithAQueryOfWhatIsThere() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getRawQuery());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    String query =
        """
        query: {q: "${ .q }", n: "${ .n }", none: "${ .none }", of: {a: [1]}}
        """;
    assertEquals("null", trial.result(call(query), "{\"q\": \"ä & b=c\", \"n\": 7}"));
    String behind = call(query).replace("/\n", "/?first=1\n");
    trial.run(behind, "{\"q\": \"\", \"n\": true}");
    assertEquals("q=%C3%A4+%26+b%3Dc&n=7&of=%7B%22a%22%3A%5B1%5D%7D", asked.get(0));
    assertTrue(asked.contains("first=1&q=&n=true&of=%7B%22a%22%3A%5B1%5D%7D"), asked.toString());
  }

  @Test
  void headersThatAreNotThereAreLeftOut() throws Exception {
    serve(200, "");
    trial.run(call("headers: {X-Tenant: \"${ .tenant }\", X-Page: 7, X-Of: {a: 1}}"), "{}");
    assertFalse(seen.get(0).containsKey("X-Tenant"));
    assertEquals("7", seen.get(0).getFirst("X-Page"));
    assertEquals("{\"a\":1}", seen.get(0).getFirst("X-Of"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"query", "headers"})
  void whatIsNoObjectIsToldByItsProperty(String property) throws Exception {
    serve(200, "");
    String told = trial.result(call(property + ": ${ .all }"), "{\"all\": \"a=b\"}");
    assertTrue(told.startsWith("call http.invalid-request: " + property + " is"), told);
    assertEquals(List.of(), seen);
    assertEquals("null", trial.result(call(property + ": ${ .all }"), "{}"));
  }

  @Test
  void everyAttemptHasAKeyOfItsOwn() throws Exception {
    serve(503, "busy");
    trial.run(call("").replace("  data:", "  retry: {maxAttempts: 2}\n  data:"), "null");
    String first = seen.get(0).getFirst("Idempotency-Key");
    assertTrue(first.endsWith(":call:1"), first);
    assertEquals(first.replaceAll("1$", "2"), seen.get(1).getFirst("Idempotency-Key"));
  }

  // ---- what comes of it

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json  | {\"n\":1}",
        "text  | \"{\\\"n\\\":1}\"",
        "lines | [{\"n\":1}]",
        "bytes | \"eyJuIjoxfQ==\""
      })
  void theAnswerBecomesWhatTheDesignSays(String response, String output) throws Exception {
    serve(200, "{\"n\":1}");
    assertEquals(output, trial.result(call("response: " + response), "null"));
  }

  @Test
  void bytesNeedBeNoText() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, all.length);
          exchange.getResponseBody().write(all);
          exchange.close();
        });
    String expected = Base64.getEncoder().encodeToString(all);
    assertEquals("\"" + expected + "\"", trial.result(call("response: bytes"), "null"));
    assertEquals(
        "\"" + expected + "\"", trial.result(call("response: bytes\nmaxResponse: 256B"), "1"));
    String told = trial.result(call("response: json"), "null");
    assertTrue(told.startsWith("call http.not-json"), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "text", "bytes"})
  void moreThanAllowedIsAFaultAndNotTriedAgain(String response) throws Exception {
    serve(200, "\"" + "x".repeat(100) + "\"");
    var outcome = trial.run(call("maxResponse: 101B\nresponse: " + response), "null");
    assertTrue(Trial.told(outcome).startsWith("call http.too-large"), Trial.told(outcome));
    assertTrue(outcome.rows().step("call", 2).isEmpty());
  }

  private void refuseFirst(int status) {
    server.createContext(
        "/",
        exchange -> {
          boolean first = exchange.getRequestHeaders().getFirst("Idempotency-Key").endsWith(":1");
          exchange.sendResponseHeaders(first ? status : 200, -1);
          exchange.close();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
  void aStatusThatMayPassIsTriedAgain(int status) throws Exception {
    refuseFirst(status);
    var outcome = trial.run(call(""), "null");
    assertEquals("null", Trial.told(outcome));
    assertEquals(StepStatus.RETRIED, outcome.rows().step("call", 1).orElseThrow().status());
  }

  @ParameterizedTest
  @ValueSource(ints = {304, 400, 401, 403, 404, 409, 410, 422})
  void anyOtherStatusFailsAtOnce(int status) throws Exception {
    refuseFirst(status);
    var outcome = trial.run(call(""), "null");
    String told = Trial.told(outcome);
    assertTrue(told.startsWith("call http.status") && told.contains("" + status), told);
    assertTrue(outcome.rows().step("call", 2).isEmpty());
  }

  @Test
  void whatIsTriedAgainCanBeSaid() throws Exception {
    refuseFirst(404);
    String retry = "  retry: {on: [http.status]}\n  data:";
    assertEquals("null", trial.result(call("").replace("  data:", retry), "1"));
    String never = "  retry: {on: [http.connect]}\n  data:";
    server.removeContext("/");
    refuseFirst(503);
    var outcome = trial.run(call("").replace("  data:", never), "1");
    assertTrue(Trial.told(outcome).startsWith("call http.status"), Trial.told(outcome));
    assertTrue(outcome.rows().step("call", 2).isEmpty());
  }

  @Test
  void aServiceThatIsNotThereIsTriedAgain() throws Exception {
    String nobody = call("").replaceAll("http://127[^\n]*", "http://127.0.0.1:1/");
    var outcome = trial.run(nobody.replace("  data:", "  retry: {maxAttempts: 2}\n  data:"), "1");
    assertTrue(Trial.told(outcome).startsWith("call http.connect"), Trial.told(outcome));
    assertTrue(outcome.rows().step("call", 2).isPresent());
  }
}
