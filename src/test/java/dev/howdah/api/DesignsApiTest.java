package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignsApiTest {
  @TempDir static Path directory;
  private static ApiNode node;

  @BeforeAll
  static void start() {
    node = ApiNode.start(directory, Map.of("howdah.http.max-body", "64KiB"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static HttpResponse<String> save(String type, String text) throws Exception {
    return node.send("POST", "/api/designs", type, text);
  }

  @Test
  void aNodeThatWorksIsHealthyAndTellsItsCounters() throws Exception {
    JsonNode health = json(node.get("/health"), 200);

    assertEquals("up", health.get("status").asText());
    assertTrue(health.get("counters").has("conflicts"));
  }

  @Test
  void everySaveIsANewRevision() throws Exception {
    String design = ApiNode.ECHO.replace("echo", "twice");
    HttpResponse<String> first = save("application/yaml", design);
    HttpResponse<String> second = save("text/yaml; charset=utf-8", design);

    assertEquals(1, json(first, 201).get("revision").asInt());
    assertEquals(2, json(second, 201).get("revision").asInt());
    assertEquals("/api/designs/twice?revision=2", header(second, "Location"));
    assertEquals(2, json(node.get("/api/designs/twice"), 200).get("latest_revision").asInt());
    JsonNode old = json(node.get("/api/designs/twice?revision=1"), 200);
    assertEquals(1, old.get("revision").asInt());
    assertEquals(design, old.get("document").asText());
    assertEquals("only", old.at("/design/blocks/0/id").asText());
  }

  @Test
  void aDesignMayBeJsonWhateverItsTypeSays() throws Exception {
    String design =
        "{\"name\": \"As JSON\", \"blocks\": [{\"id\": \"a\", \"type\": \"transform\", \"data\": {\"value\": 1}}]}";

    assertEquals("as-json", json(save("application/json", design), 201).get("id").asText());
    assertEquals(2, json(save("text/plain", design), 201).get("revision").asInt());
  }

  @Test
  void everythingWrongWithADesignIsToldWithItsPlaceAndItsCure() throws Exception {
    HttpResponse<String> refused =
        save(
            "application/yaml",
            """
            name: Wrong
            timeout: 5
            blocks:
              - id: a
                type: transfrom
                data: {value: 1}
              - id: b
                type: sleep
                data: {}
            """);

    JsonNode problems = problem(refused, 422, "design.invalid").get("problems");
    assertEquals(3, problems.size());
    assertEquals("design.invalid-field", problems.get(0).get("code").asText());
    assertEquals("graph.unknown-type", problems.get(1).get("code").asText());
    assertEquals(5, problems.get(1).get("line").asInt());
    assertEquals(11, problems.get(1).get("column").asInt());
    for (JsonNode one : problems) {
      assertFalse(one.get("message").asText().isEmpty());
      assertFalse(one.get("cure").asText().isEmpty());
    }
    problem(save("application/yaml", "name: [\n"), 422, "design.invalid");
    problem(save("application/yaml", ""), 422, "design.invalid");
  }

  @Test
  void designsAreListedInPages() throws Exception {
    for (String id : new String[] {"page-a", "page-b", "page-c"}) {
      node.save(ApiNode.ECHO.replace("echo", id));
    }

    HttpResponse<String> first = node.get("/api/designs?after=page&limit=2");
    JsonNode page = json(first, 200);
    assertEquals("page-a", page.get(0).get("id").asText());
    assertEquals("page-b", page.get(1).get("id").asText());
    assertEquals(2, page.size());
    String link = header(first, "Link");
    assertEquals("</api/designs?limit=2&after=page-b>; rel=\"next\"", link);
    JsonNode next = json(node.get(link.substring(1, link.indexOf('>'))), 200);
    assertEquals("page-c", next.get(0).get("id").asText());
    problem(node.get("/api/designs?limit=0"), 400, "request.invalid");
    problem(node.get("/api/designs?limit=many"), 400, "request.invalid");
  }

  @Test
  void theRoutesOfADesignAreServedAsYaml() throws Exception {
    node.save(ApiNode.NAP);

    HttpResponse<String> routes = node.get("/api/designs/nap/routes");

    assertEquals(200, routes.statusCode());
    assertEquals("text/yaml; charset=utf-8", header(routes, "Content-Type"));
    assertTrue(routes.body().contains("direct:nap@1/nap"), routes.body());
  }

  @Test
  void whatIsNotThereIsAProblem() throws Exception {
    problem(node.get("/api/designs/nobody"), 404, "design.unknown");
    problem(node.get("/api/designs/nobody/routes"), 404, "design.unknown");
    problem(node.get("/api/modules/sha256/00"), 404, "module.unknown");
    problem(node.get("/api/nothing"), 404, "request.unknown-path");
    problem(node.get("/api"), 404, "request.unknown-path");
    HttpResponse<String> undecodable = raw("GET /api/designs/%zz HTTP/1.1");
    problem(undecodable, 400, "request.invalid");
  }

  private static HttpResponse<String> raw(String requestLine) throws Exception {
    return RawHttp.send(node.node().port(), requestLine);
  }

  @Test
  void aMethodThatAPathDoesNotTakeIsToldWhichItTakes() throws Exception {
    HttpResponse<String> refused = node.delete("/api/designs");

    problem(refused, 405, "request.method");
    assertEquals("HEAD, GET, POST", header(refused, "Allow"));
    assertEquals(
        200,
        node.send(node.request("/api/designs").method("HEAD", HttpRequest.BodyPublishers.noBody()))
            .statusCode());
  }

  @Test
  void aBodyOfAnotherTypeIsRefused() throws Exception {
    problem(save("application/x-www-form-urlencoded", "name=x"), 415, "request.media-type");
    problem(
        node.send("PUT", "/api/modules/m", "application/json", "{}"), 415, "request.media-type");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhetherOrNotItSaysSo() throws Exception {
    byte[] large = new byte[65 * 1024];
    HttpRequest.Builder known =
        node.request("/api/designs").POST(HttpRequest.BodyPublishers.ofByteArray(large));
    HttpRequest.Builder chunked =
        node.request("/api/designs")
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(large)));

    problem(node.send(known), 413, "request.too-large");
    problem(node.send(chunked), 413, "request.too-large");
  }

  @Test
  void whoAsksBeforeSendingABodyIsToldWhetherToSendIt() throws Exception {
    int port = node.node().port();
    String design =
        "{\"name\": \"Asked\", \"blocks\": [{\"id\": \"a\", \"type\": \"transform\", \"data\": {\"value\": 1}}]}";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      head(socket, design.length());
      assertEquals(100, RawHttp.read(socket.getInputStream()).statusCode());
      socket.getOutputStream().write(design.getBytes(StandardCharsets.US_ASCII));
      assertEquals(201, RawHttp.read(socket.getInputStream()).statusCode());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      head(socket, 65 * 1024);
      problem(RawHttp.read(socket.getInputStream()), 413, "request.too-large");
    }
  }

  private static void head(Socket socket, int length) throws Exception {
    String head =
        "POST /api/designs HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
            .formatted(length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void modulesAreTakenAsTextOrBinaryAndGivenByHash() throws Exception {
    String wat = Files.readString(Path.of("designs/modules/fibo.wat"));
    JsonNode named = json(node.send("PUT", "/api/modules/math/fibo.wat", "text/plain", wat), 201);
    String hash = named.get("sha256").asText();
    assertEquals("fibo", named.at("/functions/0").asText());

    HttpResponse<byte[]> binary =
        node.client()
            .send(
                node.request("/api/modules/sha256/" + hash).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertArrayEquals(new byte[] {0, 'a', 's', 'm'}, java.util.Arrays.copyOf(binary.body(), 4));
    assertEquals("application/wasm", header(binary, "Content-Type"));
    assertEquals("public, max-age=31536000, immutable", header(binary, "Cache-Control"));
    assertEquals(
        304,
        node.get("/api/modules/sha256/" + hash, "If-None-Match", header(binary, "ETag"))
            .statusCode());

    HttpRequest.Builder again =
        node.request("/api/modules/fibo")
            .header("Content-Type", "application/wasm")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(binary.body()));
    assertEquals(hash, json(node.send(again), 201).get("sha256").asText());
    assertEquals(200, node.send(again).statusCode());
    JsonNode list = json(node.get("/api/modules"), 200);
    assertEquals("fibo", list.get(0).get("name").asText());
    assertEquals("math/fibo.wat", list.get(1).get("name").asText());

    node.deploy(
        """
        name: fib
        blocks:
          - {id: a, type: wasm, data: {module: fibo, function: fibo, args: "${ [.n] }"}}
        """);
    assertEquals("8", node.post("/api/deployed/fib", "{\"n\": 5}").body());
  }

  @Test
  void modulesThatAreNoneAreRefused() throws Exception {
    problem(
        node.send("PUT", "/api/modules/bad", "text/plain", "(module (oops))"),
        422,
        "wasm.invalid-text");
    problem(
        node.send("PUT", "/api/modules/bad", "application/wasm", "\0asm"),
        422,
        "wasm.invalid-module");
    problem(
        node.send("PUT", "/api/modules/a%20b", "text/plain", "(module)"), 400, "request.invalid");
  }

  @Test
  void theKindsOfBlockAreListedWithTheSchemaOfWhatTheyAreTold() throws Exception {
    JsonNode kinds = json(node.get("/api/block-kinds"), 200);

    for (JsonNode kind : kinds) {
      if (kind.get("type").asText().equals("sleep")) {
        assertEquals("suspending", kind.get("role").asText());
        assertTrue(kind.at("/configuration/properties").has("duration"), Json.write(kind));
        return;
      }
    }
    throw new AssertionError("no sleep in " + kinds);
  }
}
