package dev.howdah.api;

import static dev.howdah.api.ApiNode.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.howdah.worker.agent.ScriptedModel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executions have started as their steps goes on too when they are run again. */
class RerunChildrenTest {
  private static final String INNER =
      """
      id: inner
      name: Inner
      blocks:
        - {id: x, type: http, data: {url: "URL${ . }-x"}}
        - {id: y, type: http, data: {url: "URL${ $input }-y"}}
        - {id: z, type: transform, data: {value: "${ [$execution.deployment, .] }"}}
      """;

  @TempDir static Path directory;
  private static ApiNode node;
  private static HttpServer service;
  private static ScriptedModel model;
  private static String url;
  private static final List<String> CALLS = new CopyOnWriteArrayList<>();
  private static volatile String broken = "";

  @BeforeAll
  static void start() throws Exception {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          String name = exchange.getRequestURI().getPath().substring(1);
          CALLS.add(name);
          byte[] answer = ("\"" + name + "!\"").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(name.equals(broken) ? 400 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    service.start();
    url = "http://localhost:" + service.getAddress().getPort() + "/";
    model = ScriptedModel.start();
    node =
        ApiNode.start(
            directory,
            Map.of(
                "howdah.exec.allow",
                "sh",
                "howdah.agent.url",
                model.url().toString(),
                "howdah.agent.model",
                "scripted"));
    deploy(INNER);
    deploy(
        """
        id: outer
        name: Outer
        blocks:
          - {id: first, type: transform, data: {value: "${ .name }"}}
          - {id: sub, type: design, data: {design: inner}}
          - {id: last, type: transform, data: {value: "${ [.[], \\"last\\"] }"}}
        """);
    deploy(
        """
        id: outermost
        name: Outermost
        blocks:
          - {id: mid, type: design, data: {design: outer}}
        """);
    deploy(
        """
        id: items
        name: Items
        blocks:
          - id: each
            type: split
            data:
              items: ${ .list }
              blocks:
                - {id: sub, type: design, data: {design: inner}}
        """);
    deploy(
        """
        id: undone
        name: Undone
        blocks:
          - id: try
            type: try
            data:
              blocks:
                - {id: sub, type: design, data: {design: inner}}
              compensate:
                - {id: undo, for: sub, type: transform, data: {value: 1}}
        """);
    deploy(
        """
        id: held
        name: Held
        blocks:
          - {id: x, type: http, data: {url: "URLheld"}}
          - {id: hold, type: wait, data: {promise: "${ $input.promise }"}}
        """);
    deploy(
        """
        id: holder
        name: Holder
        blocks:
          - {id: sub, type: design, data: {design: held}}
        """);
    deploy(
        """
        id: desk
        name: Desk
        blocks:
          - id: desk
            type: agent
            data:
              prompt: Hold it.
              tools:
                - {name: hold, design: held}
        """);
    deploy(
        """
        id: programs
        name: Programs
        blocks:
          - id: a
            type: exec
            data: {command: [sh, -c, "echo one > made"], stdout: text}
          - {id: b, type: http, data: {url: "URLb"}}
          - id: c
            type: exec
            data: {command: [sh, -c, "cat $DATA/made"], stdout: text}
        """);
    deploy(
        """
        id: runs-programs
        name: Runs programs
        blocks:
          - {id: sub, type: design, data: {design: programs}}
        """);
  }

  private static JsonNode deploy(String design) throws Exception {
    return node.deploy(design.replace("URL", url));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    model.close();
    service.stop(0);
  }

  @BeforeEach
  void forget() {
    CALLS.clear();
    broken = "";
  }

  private static JsonNode execution(String id) throws Exception {
    return json(node.get("/api/executions/" + id), 200);
  }

  private static JsonNode ended(String id) {
    return await().until(() -> execution(id), e -> !e.get("status").asText().equals("running"));
  }

  private static JsonNode run(String design, String input) throws Exception {
    var answer = node.post("/api/deployed/" + design, input);
    return ended(ApiNode.header(answer, "X-Howdah-Execution"));
  }

  private static String begin(String design, String input) throws Exception {
    return json(node.post("/api/deployed/" + design, input, "Prefer", "respond-async"), 202)
        .get("execution_id")
        .asText();
  }

  private static String again(String id, String wish) throws Exception {
    return json(node.post("/api/executions/" + id + "/rerun", wish), 202)
        .get("execution_id")
        .asText();
  }

  private static JsonNode again(JsonNode execution, String wish) throws Exception {
    return ended(again(execution.get("id").asText(), wish));
  }

  /** The executions that a step has waited for, in the order of its attempts. */
  private static List<JsonNode> children(JsonNode execution, String path) throws Exception {
    List<JsonNode> children = new ArrayList<>();
    for (JsonNode step : execution.get("steps")) {
      if (step.get("path").asText().equals(path) && step.has("child_execution")) {
        children.add(execution(step.get("child_execution").asText()));
      }
    }
    return children;
  }

  private static JsonNode child(JsonNode execution, String path) throws Exception {
    List<JsonNode> children = children(execution, path);
    return children.get(children.size() - 1);
  }

  @Test
  void aChildGoesOnFromWhatFailedInIt() throws Exception {
    broken = "n-y";
    JsonNode first = run("outer", "{\"name\": \"n\"}");
    assertEquals("sub", first.at("/error/path").asText(), first.toString());
    JsonNode second = again(first, "");
    assertEquals("failed", second.get("status").asText());
    broken = "";
    JsonNode third = again(second, "");
    assertEquals("[\"/outer\",\"n-y!\",\"last\"]", third.get("result_data").toString());
    assertEquals(List.of("n-x", "n-y", "n-y", "n-y"), CALLS);

    List<JsonNode> children = children(third, "sub");
    assertEquals(child(second, "sub").get("id"), children.get(0).get("id"));
    JsonNode last = children.get(1);
    assertEquals(children.get(0).get("id"), last.get("rerun_of"));
    assertEquals(child(first, "sub").get("id"), children.get(0).get("rerun_of"));
    assertEquals(third.get("id"), last.get("parent_execution"));
    assertEquals("sub", last.get("parent_path").asText());
    assertEquals("design", last.get("trigger_type").asText());
  }

  @Test
  void soDoTheChildrenOfAChild() throws Exception {
    broken = "n-y";
    JsonNode failed = run("outermost", "{\"name\": \"n\"}");
    broken = "";
    JsonNode again = again(failed, "");
    assertEquals("[\"/outermost\",\"n-y!\",\"last\"]", again.get("result_data").toString());
    assertEquals(List.of("n-x", "n-y", "n-y"), CALLS);
    JsonNode middle = child(again, "mid");
    assertEquals(child(failed, "mid").get("id"), middle.get("rerun_of"));
    assertEquals(
        child(child(failed, "mid"), "sub").get("id"), child(middle, "sub").get("rerun_of"));
  }

  @Test
  void soDoChildrenInsideAContainer() throws Exception {
    broken = "b-y";
    JsonNode failed = run("items", "{\"list\": [\"a\", \"b\"]}");
    assertEquals("failed", failed.get("status").asText());
    await()
        .until(
            () -> child(failed, "each[0]/sub").get("status").asText(), s -> !s.equals("running"));
    broken = "";
    JsonNode again = again(failed, "");
    assertEquals(
        "[[\"/items\",\"a-y!\"],[\"/items\",\"b-y!\"]]", again.get("result_data").toString());
    assertEquals(1, CALLS.stream().filter("a-x"::equals).count(), CALLS.toString());
    assertEquals(1, CALLS.stream().filter("b-x"::equals).count(), CALLS.toString());
    assertEquals(
        child(failed, "each[1]/sub").get("id"), child(again, "each[1]/sub").get("rerun_of"));
  }

  @Test
  void aStepThatIsRunAgainFromItsBeginningHasANewChild() throws Exception {
    broken = "n-y";
    JsonNode failed = run("outer", "{\"name\": \"n\"}");
    broken = "";
    for (String wish :
        List.of(
            "{\"from_step\": \"sub\"}",
            "{\"from_step\": \"first\"}",
            "{\"overrides\": {\"first\": \"n\"}}",
            "{\"input\": {\"name\": \"n\"}}")) {
      CALLS.clear();
      JsonNode again = again(failed, wish);
      assertEquals("completed", again.get("status").asText(), wish);
      assertEquals(List.of("n-x", "n-y"), CALLS, wish);
      assertEquals(1, children(again, "sub").size(), wish);
      assertTrue(child(again, "sub").get("rerun_of").isNull(), wish);
    }
  }

  @Test
  void aSagaThatWasUndoneHasNewChildren() throws Exception {
    broken = "n-y";
    JsonNode failed = run("undone", "\"n\"");
    broken = "";
    assertEquals("completed", again(failed, "").get("status").asText());
    assertEquals(List.of("n-x", "n-y", "n-x", "n-y"), CALLS);
  }

  @Test
  void aChildOfAnotherRevisionRunsWholly() throws Exception {
    deploy(INNER.replace("id: inner", "id: changing"));
    deploy(
        """
        id: changes
        name: Changes
        blocks:
          - {id: sub, type: design, data: {design: changing}}
        """);
    broken = "n-y";
    JsonNode failed = run("changes", "\"n\"");
    broken = "";
    node.save(INNER.replace("id: inner", "id: changing").replace("URL", url).replace("-y", "-Y"));
    assertEquals("[\"/changes\",\"n-Y!\"]", again(failed, "").get("result_data").toString());
    assertEquals(List.of("n-x", "n-y", "n-x", "n-Y"), CALLS);
  }

  @Test
  void aChildWithAnotherInputRunsWholly() throws Exception {
    deploy(
        """
        id: told
        name: Told
        blocks:
          - {id: x, type: http, data: {url: "URLtold"}}
          - {id: y, type: http, data: {url: "URLfails"}}
        """);
    deploy(
        """
        id: tells
        name: Tells
        blocks:
          - {id: sub, type: design, data: {design: told, input: "${ $execution.id }"}}
        """);
    broken = "fails";
    JsonNode failed = run("tells", "1");
    broken = "";
    JsonNode again = again(failed, "");
    assertEquals(List.of("told", "fails", "told", "fails"), CALLS);
    assertEquals(again.get("id"), child(again, "sub").get("input_data"));
  }

  @Test
  void aChildThatWasStoppedWithItsParentGoesOnWhereItWas() throws Exception {
    String first = begin("holder", "{\"promise\": \"stopped\"}");
    awaitHold(first, "sub");
    json(node.post("/api/executions/" + first + "/cancel", ""), 200);
    // At once, while the child may not have been told yet.
    String second = again(first, "");
    awaitHold(second, "sub");
    json(node.post("/api/promises/stopped/resolve", "{\"value\": 5}"), 200);
    JsonNode again = ended(second);
    assertEquals("5", again.get("result_data").toString());
    assertEquals(List.of("held"), CALLS);
    assertEquals(child(execution(first), "sub").get("id"), child(again, "sub").get("rerun_of"));
    assertEquals("cancelled", ended(childId(first, "sub")).get("status").asText());
  }

  private static String childId(String id, String path) throws Exception {
    return child(execution(id), path).get("id").asText();
  }

  /** Until the child of a step of a running execution waits for its promise. */
  private static void awaitHold(String id, String path) {
    await()
        .until(
            () -> {
              List<JsonNode> children = children(execution(id), path);
              return !children.isEmpty()
                  && children.get(children.size() - 1).get("status").asText().equals("running")
                  && children
                      .get(children.size() - 1)
                      .at("/waiting_for/0/reason")
                      .asText()
                      .equals("promise");
            });
  }

  @Test
  void aDesignThatAnAgentHasCalledGoesOnWhereItWas() throws Exception {
    model.on(
        question -> question.last().equals("Hold it."),
        1,
        ScriptedModel.calls("hold", "{\"promise\": \"tool\"}"));
    model.on(List.of("8"), "Held.");
    String first = begin("desk", "null");
    awaitHold(first, "desk#1/hold");
    json(node.post("/api/executions/" + first + "/cancel", ""), 200);
    String second = again(first, "");
    awaitHold(second, "desk#1/hold");
    json(node.post("/api/promises/tool/resolve", "{\"value\": 8}"), 200);
    assertEquals("\"Held.\"", ended(second).get("result_data").toString());
    assertEquals(List.of("held"), CALLS);
    assertEquals(2, model.questions().size());
  }

  @Test
  void theProgramsOfAChildFindTheirFiles() throws Exception {
    broken = "b";
    JsonNode failed = run("runs-programs", "");
    broken = "";
    JsonNode again = again(failed, "");
    assertEquals("\"one\\n\"", again.get("result_data").toString());
    assertNotEquals(child(failed, "sub").get("id"), child(again, "sub").get("id"));
  }
}
