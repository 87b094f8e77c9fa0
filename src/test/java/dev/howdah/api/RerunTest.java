package dev.howdah.api;

import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

/** Ended executions that are run again, over HTTP, against a service that counts its calls. */
class RerunTest {
  @TempDir static Path directory;
  private static ApiNode node;
  private static HttpServer service;
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
    node = ApiNode.start(directory, Map.of("howdah.exec.allow", "sh"));
    String url = "http://localhost:" + service.getAddress().getPort() + "/";
    node.deploy(
        """
        id: line
        name: Line
        blocks:
          - {id: a, type: http, data: {url: "URLa${ .n }"}}
          - {id: b, type: http, data: {url: "URLb"}}
          - {id: c, type: transform, data: {value: ["${ $blocks.a }", "${ . }", "${ $input.n }"]}}
        """
            .replace("URL", url));
    node.deploy(
        """
        id: loops
        name: Loops
        blocks:
          - id: each
            type: loop
            data:
              items: ${ .list }
              blocks:
                - {id: one, type: http, data: {url: "URL${ . }-1"}}
                - {id: two, type: http, data: {url: "URL${ $item }-2"}}
          - {id: last, type: transform, data: {value: "${ join(\\",\\") }"}}
        """
            .replace("URL", url));
    node.deploy(
        """
        id: tries
        name: Tries
        blocks:
          - id: try
            type: try
            data:
              blocks:
                - {id: book, type: http, data: {url: "URLbook"}}
                - {id: pay, type: http, data: {url: "URLpay"}}
              compensate:
                - {id: unbook, for: book, type: http, data: {url: "URLunbook"}}
        """
            .replace("URL", url));
    node.deploy(
        """
        id: two
        name: Two
        blocks:
          - id: try
            type: try
            data:
              blocks:
                - {id: book, type: http, data: {url: "URLbook"}}
                - {id: nap, type: sleep, data: {duration: 300ms}}
                - {id: pay, type: http, data: {url: "URLpay"}}
              compensate:
                - {id: unbook, for: book, type: http, data: {url: "URLunbook"}}
          - {id: nap-first, type: sleep, data: {duration: 150ms}}
          - {id: other, type: http, data: {url: "URLother"}}
        connections:
          - {source: nap-first, target: other}
        """
            .replace("URL", url));
    node.deploy(
        """
        id: sums
        name: Sums
        blocks:
          - {id: a, type: transform, data: {value: "${ .x }"}}
          - {id: b, type: transform, data: {value: "${ . + 1 }"}}
          - {id: c, type: transform, data: {value: "${ . * 10 }"}}
        """);
    node.deploy(
        """
        id: files
        name: Files
        blocks:
          - id: a
            type: exec
            data: {command: [sh, -c, "ls; echo one > made"], stdout: text}
          - {id: b, type: http, data: {url: "URLb"}}
          - id: c
            type: exec
            data: {command: [sh, -c, "echo two >> $DATA/made; cat $DATA/made"], stdout: text}
          - {id: d, type: transform, data: {value: ["${ $blocks.a }", "${ . }"]}}
        """
            .replace("URL", url));
    node.deploy(
        """
        id: behind
        name: Behind
        blocks:
          - {id: nap, type: sleep, data: {duration: 1h}}
          - {id: pre, type: transform, data: {value: "${ .n }"}}
          - {id: call, type: http, when: "${ . == 7 }", data: {url: "URLcall"}}
          - {id: last, type: transform, data: {value: "${ . }?"}}
        """
            .replace("URL", url));
  }

  @AfterAll
  static void stop() {
    node.close();
    service.stop(0);
  }

  @BeforeEach
  void forget() {
    CALLS.clear();
    broken = "";
  }

  private static JsonNode ended(String id) {
    return await()
        .until(
            () -> json(node.get("/api/executions/" + id), 200),
            e -> !e.get("status").asText().equals("running"));
  }

  private static String run(String design, String input) throws Exception {
    var answer = node.post("/api/deployed/" + design, input);
    return ApiNode.header(answer, "X-Howdah-Execution");
  }

  private static JsonNode again(String id, String wish) throws Exception {
    JsonNode accepted = json(node.post("/api/executions/" + id + "/rerun", wish), 202);
    assertEquals(id, accepted.get("rerun_of").asText());
    return ended(accepted.get("execution_id").asText());
  }

  @Test
  void goesOnFromWhatFailedWithTheResultsThatAreThere() throws Exception {
    broken = "b";
    String failed = run("line", "{\"n\": 1}");
    broken = "";
    JsonNode again = again(failed, "");
    assertEquals("[\"a1!\",\"b!\",1]", again.get("result_data").toString());
    assertEquals(List.of("a1", "b", "b"), CALLS);
    assertEquals(failed, again.get("rerun_of").asText());
    assertEquals("rerun", again.get("trigger_type").asText());
    assertEquals("failed", ended(failed).get("status").asText());
  }

  @Test
  void runsAgainFromAGivenStep() throws Exception {
    String done = run("line", "{\"n\": 1}");
    assertEquals(
        "[\"a1!\",\"b!\",1]", again(done, "{\"from_step\": \"b\"}").get("result_data").toString());
    assertEquals(List.of("a1", "b", "b"), CALLS);
  }

  @Test
  void runsAllAgainWithAnotherInput() throws Exception {
    String done = run("line", "{\"n\": 1}");
    assertEquals(
        "[\"a2!\",\"b!\",2]", again(done, "{\"input\": {\"n\": 2}}").get("result_data").toString());
    assertEquals(List.of("a1", "b", "a2", "b"), CALLS);
    again(done, "");
    assertEquals(List.of("a1", "b", "a2", "b", "a1", "b"), CALLS);
  }

  @Test
  void takesAnOutputThatSomebodyGives() throws Exception {
    broken = "b";
    String failed = run("line", "{\"n\": 1}");
    JsonNode again = again(failed, "{\"overrides\": {\"b\": \"by hand\"}}");
    assertEquals("[\"a1!\",\"by hand\",1]", again.get("result_data").toString());
    assertEquals(List.of("a1", "b"), CALLS);
    JsonNode step = again.get("steps").get(1);
    for (JsonNode one : again.get("steps")) {
      step = one.get("path").asText().equals("b") ? one : step;
    }
    assertTrue(step.get("node").asText().startsWith("by "), step.toString());
  }

  @Test
  void runsABlockAgainThatRidesWithAnother() throws Exception {
    String done = run("line", "{\"n\": 1}");
    assertEquals(
        "[\"a1!\",\"b!\",1]", again(done, "{\"from_step\": \"c\"}").get("result_data").toString());
    assertEquals(List.of("a1", "b"), CALLS);
  }

  @Test
  void skipsAStepThatSomebodyNames() throws Exception {
    broken = "b";
    String failed = run("line", "{\"n\": 1}");
    JsonNode again = again(failed, "{\"skip\": [\"b\"]}");
    assertEquals("completed", again.get("status").asText());
    assertEquals("null", again.get("result_data").toString());
    assertEquals(List.of("a1", "b"), CALLS);
  }

  @Test
  void anOutputGivenToABlockInTheMiddleOfAStageIsWhatFollowsGet() throws Exception {
    String done = run("sums", "{\"x\": 1}");
    JsonNode again = again(done, "{\"from_step\": \"a\", \"overrides\": {\"b\": 50}}");
    assertEquals("500", again.get("result_data").toString());
    assertEquals(List.of("a completed", "b completed", "c completed"), steps(again));
    assertEquals(
        "500",
        again(done, "{\"input\": {\"x\": 2}, \"overrides\": {\"b\": 50}}")
            .get("result_data")
            .toString());
  }

  @Test
  void aNewInputRunsWhatComesBeforeAnOverrideAgain() throws Exception {
    String done = run("sums", "{\"x\": 1}");
    JsonNode again = again(done, "{\"input\": {\"x\": 2}, \"overrides\": {\"c\": 0}}");
    assertEquals("0", again.get("result_data").toString());
    for (JsonNode step : again.get("steps")) {
      if (step.get("path").asText().equals("b")) {
        assertEquals("3", step.get("output").toString());
      }
    }
  }

  @Test
  void aBlockThatIsOverriddenBeforeItWasReachedDoesNotRun() throws Exception {
    String id =
        json(node.post("/api/deployed/behind", "{\"n\": 1}", "Prefer", "respond-async"), 202)
            .get("execution_id")
            .asText();
    await()
        .until(
            () -> json(node.get("/api/executions/" + id), 200).at("/waiting_for/0/reason").asText(),
            "sleep"::equals);
    json(node.post("/api/executions/" + id + "/cancel", ""), 200);
    JsonNode again = again(id, "{\"overrides\": {\"nap\": {\"n\": 3}, \"call\": \"by hand\"}}");
    assertEquals("\"by hand?\"", again.get("result_data").toString());
    assertEquals(List.of(), CALLS);
    assertEquals(
        List.of("call completed", "last completed", "nap completed", "pre completed"),
        steps(again));
    assertEquals(
        "null",
        again(id, "{\"overrides\": {\"nap\": {}}, \"skip\": [\"call\"]}")
            .get("result_data")
            .toString());
    assertEquals(List.of(), CALLS);
  }

  private static List<String> steps(JsonNode execution) {
    List<String> steps = new ArrayList<>();
    for (JsonNode step : execution.get("steps")) {
      steps.add(step.get("path").asText() + " " + step.get("status").asText());
    }
    return steps.stream().sorted().toList();
  }

  @Test
  void goesOnInTheMiddleOfALoop() throws Exception {
    broken = "y-2";
    String failed = run("loops", "{\"list\": [\"x\", \"y\", \"z\"]}");
    broken = "";
    CALLS.clear();
    assertEquals("\"x-2!,y-2!,z-2!\"", again(failed, "").get("result_data").toString());
    assertEquals(List.of("y-2", "z-1", "z-2"), CALLS);
  }

  @Test
  void runsLaterRoundsAgainThanTheOneWanted() throws Exception {
    String done = run("loops", "{\"list\": [\"x\", \"y\", \"z\"]}");
    CALLS.clear();
    again(done, "{\"from_step\": \"each#2/two\"}");
    assertEquals(List.of("y-2", "z-1", "z-2"), CALLS);
  }

  @Test
  void anOutputGivenToTheLastStepOfAContainerCompletesIt() throws Exception {
    broken = "z-2";
    String failed = run("loops", "{\"list\": [\"x\", \"z\"]}");
    JsonNode again = again(failed, "{\"overrides\": {\"each#2/two\": \"Z\"}}");
    assertEquals("\"x-2!,Z\"", again.get("result_data").toString());
    for (JsonNode step : again.get("steps")) {
      assertEquals("completed", step.get("status").asText(), step.toString());
    }
  }

  @Test
  void runsASagaThatWasUndoneWhollyAgain() throws Exception {
    broken = "pay";
    String failed = run("tries", "{}");
    broken = "";
    CALLS.clear();
    assertEquals("\"pay!\"", again(failed, "").get("result_data").toString());
    assertEquals(List.of("book", "pay"), CALLS);
  }

  private static String file(JsonNode execution, String name) throws Exception {
    Path executions = directory.resolve("data/executions");
    return Files.readString(executions.resolve(execution.get("id").asText()).resolve(name));
  }

  @Test
  void programsFindTheFilesOfTheStepsThatAreTakenOver() throws Exception {
    broken = "b";
    JsonNode first = ended(run("files", ""));
    assertEquals("b", first.at("/error/path").asText(), first.toString());
    JsonNode second = again(first.get("id").asText(), "");
    assertEquals("b", second.at("/error/path").asText(), second.toString());
    broken = "";
    JsonNode third = again(second.get("id").asText(), "");
    assertEquals("[\"\",\"one\\ntwo\\n\"]", third.get("result_data").toString());
    assertEquals("one\n", file(first, "made"));
    JsonNode fourth = again(third.get("id").asText(), "{\"from_step\": \"c\"}");
    assertEquals("[\"\",\"one\\ntwo\\ntwo\\n\"]", fourth.get("result_data").toString());
    assertEquals("one\ntwo\n", file(third, "made"));
  }

  @Test
  void whatRunsWhollyAgainBeginsWithoutFiles() throws Exception {
    String done = run("files", "");
    for (String wish :
        List.of("", "{\"from_step\": \"a\"}", "{\"input\": 1, \"overrides\": {\"b\": 1}}")) {
      JsonNode again = again(done, wish);
      assertEquals("[\"\",\"one\\ntwo\\n\"]", again.get("result_data").toString(), wish);
    }
  }

  @Test
  void aNewInputFitsTheSchemaOfTheDesign() throws Exception {
    node.deploy(
        """
        id: strict
        name: Strict
        input: {type: object, required: [n], properties: {n: {type: integer}}}
        blocks:
          - {id: a, type: transform, data: {value: "${ .n }"}}
          - {id: b, type: transform, data: {value: "${ . + $input.n }"}}
        """);
    String path = "/api/executions/" + run("strict", "{\"n\": 1}") + "/rerun";
    JsonNode problem = problem(node.post(path, "{\"input\": {\"n\": \"x\"}}"), 400, "input.schema");
    assertEquals("/n", problem.at("/errors/0/pointer").asText(), problem.toString());
    problem(node.post(path, "{\"input\": {}, \"from_step\": \"b\"}"), 400, "input.schema");
    problem(node.post(path, "{\"input\": null}"), 400, "input.schema");
    String again =
        json(node.post(path, "{\"input\": {\"n\": 2}}"), 202).get("execution_id").asText();
    assertEquals("4", ended(again).get("result_data").toString());
  }

  @Test
  void anInactiveDeploymentRunsNothingAgain() throws Exception {
    String deployment =
        node.deploy(
                """
                id: paused
                name: Paused
                blocks:
                  - {id: only, type: transform, data: {value: "${ . }"}}
                """)
            .get("id")
            .asText();
    String done = run("paused", "1");
    json(node.put("/api/deployments/" + deployment, "{\"status\": \"inactive\"}"), 200);
    problem(node.post("/api/executions/" + done + "/rerun", ""), 409, "deployment.inactive");
    json(node.put("/api/deployments/" + deployment, "{\"status\": \"active\"}"), 200);
    assertEquals(deployment, again(done, "").get("deployment_id").asText());
  }

  @Test
  void whatADeletedDeploymentLeftBehindRunsAgainAsAnExecutionOfNone() throws Exception {
    String deployment =
        node.deploy(
                """
                id: deleted
                name: Deleted
                blocks:
                  - {id: only, type: transform, data: {value: "${ [., $execution.deployment] }"}}
                """)
            .get("id")
            .asText();
    String done = run("deleted", "1");
    assertEquals(204, node.delete("/api/deployments/" + deployment).statusCode());
    JsonNode again = again(done, "");
    assertTrue(again.get("deployment_id").isNull(), again.toString());
    assertEquals("[1,\"\"]", again.get("result_data").toString());
    assertEquals(deployment, ended(done).get("deployment_id").asText());
  }

  @Test
  void runsWhollyAgainWhatWasUndoneBecauseOfSomethingElse() throws Exception {
    broken = "other";
    String failed = run("two", "{}");
    assertEquals(List.of("book", "other", "unbook"), CALLS.stream().sorted().toList());
    broken = "";
    CALLS.clear();
    assertEquals(
        "{\"try\":\"pay!\",\"other\":\"other!\"}", again(failed, "").get("result_data").toString());
    assertEquals(List.of("book", "other", "pay"), CALLS.stream().sorted().toList());
  }

  @Test
  void refusesWhatCannotBeRunAgain() throws Exception {
    String done = run("line", "{\"n\": 1}");
    String path = "/api/executions/" + done + "/rerun";
    problem(node.post(path, "{\"from_step\": \"nowhere\"}"), 400, "rerun.unknown-step");
    problem(node.post(path, "{\"from_step\": 5}"), 400, "request.invalid");
    problem(node.post(path, "{\"skip\": \"b\"}"), 400, "request.invalid");
    problem(
        node.post(path, "{\"skip\": [\"b\"], \"overrides\": {\"b\": 1}}"), 400, "request.invalid");
    problem(node.post("/api/executions/none/rerun", ""), 404, "execution.unknown");
    node.deploy(ApiNode.NAP);
    String sleeping =
        json(node.post("/api/deployed/nap", "{\"for\": \"1h\"}", "Prefer", "respond-async"), 202)
            .get("execution_id")
            .asText();
    problem(node.post("/api/executions/" + sleeping + "/rerun", ""), 409, "execution.running");
  }
}
