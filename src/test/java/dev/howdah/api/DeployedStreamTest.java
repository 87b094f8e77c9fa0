package dev.howdah.api;

import static dev.howdah.api.ApiNode.header;
import static dev.howdah.api.ApiNode.json;
import static dev.howdah.api.ApiNode.problem;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.api.EventReader.Event;
import dev.howdah.config.Settings;
import dev.howdah.node.WorkerNode;
import dev.howdah.worker.agent.ScriptedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of a deployment who are told what happens while it does. */
class DeployedStreamTest {
  private static final String[] EVENTS = {"Accept", "text/event-stream"};

  private static final String TELL =
      """
      id: %1$s
      name: Tell
      mode: %2$s
      input: {type: object, required: [prompt]}
      blocks:
        - {id: tell, type: agent, group: %3$s, retry: {maxAttempts: 1}, data: {}}
        - {id: done, type: transform, data: {value: {said: "${ . }"}}}
      """;

  @TempDir static Path directory;

  /** What keeps the model from telling the second half of an answer, by what it was asked. */
  private static final Map<String, CountDownLatch> SECOND_HALVES = new ConcurrentHashMap<>();

  private static final Map<String, String> DEPLOYMENTS = new HashMap<>();
  private static ScriptedModel model;
  private static ApiNode node;
  private static WorkerNode worker;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedModel.start();
    model.on(
        question -> question.text().contains("wrong"),
        Integer.MAX_VALUE,
        (question, wire) -> {
          try (OutputStream out = wire.open()) {
            wire.event(out, wire.chunk("One hump ", null));
            awaitSecondHalf(question);
            wire.event(out, "{\"error\": {\"message\": \"no more camels\", \"code\": \"bad\"}}");
          }
        });
    model.on(question -> true, Integer.MAX_VALUE, DeployedStreamTest::inHalves);
    node =
        ApiNode.start(
            directory,
            Map.of(
                "howdah.groups", "default",
                "howdah.http.waiting", "2",
                "howdah.agent.url", model.url().toString(),
                "howdah.agent.model", "scripted"));
    worker =
        WorkerNode.start(
            Settings.of(
                Map.of(
                    "howdah.kafka.bootstrap-servers", node.node().bootstrapServers(),
                    "howdah.data", directory.resolve("worker").toString(),
                    "howdah.agent.url", model.url().toString(),
                    "howdah.agent.model", "scripted")),
            "thinkers",
            OptionalInt.of(0),
            InstantSource.system(),
            fault -> {});
    for (String mode : List.of("durable", "express")) {
      deploy(mode, TELL.formatted(mode, mode, "default"));
      deploy("far-" + mode, TELL.formatted("far-" + mode, mode, "thinkers"));
    }
  }

  private static void deploy(String id, String design) throws Exception {
    DEPLOYMENTS.put(id, node.deploy(design).get("id").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    node.close();
    model.close();
  }

  private static void inHalves(ScriptedModel.Question question, ScriptedModel.Wire wire)
      throws IOException {
    try (OutputStream out = wire.open()) {
      wire.event(out, wire.chunk("One hump ", null));
      awaitSecondHalf(question);
      wire.event(out, wire.chunk("or two?", null));
      wire.event(out, wire.chunk(null, "stop"));
      wire.event(out, "[DONE]");
    }
  }

  private static CountDownLatch secondHalf(String prompt) {
    return SECOND_HALVES.computeIfAbsent(prompt, asked -> new CountDownLatch(1));
  }

  private static void awaitSecondHalf(ScriptedModel.Question question) {
    try {
      secondHalf(question.last()).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String asking(String prompt) {
    return "{\"prompt\": \"" + prompt + "\"}";
  }

  private static HttpRequest.Builder call(String path, String body, String... headers) {
    HttpRequest.Builder request =
        node.request(path)
            .headers(EVENTS)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static EventReader open(String design, String body, String... headers) throws Exception {
    return EventReader.open(node, call("/api/deployed/" + design, body, headers));
  }

  private static String status(String execution) throws Exception {
    return json(node.get("/api/executions/" + execution), 200).get("status").asText();
  }

  private static String said(Event end) {
    assertEquals("end", end.name());
    return end.data().at("/result_data/said").asText();
  }

  private static Event last(List<Event> events) {
    return events.get(events.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express", "far-durable", "far-express"})
  void eachTokenIsToldWhenItComesAndTheResultAtTheEnd(String design) throws Exception {
    String prompt = "each token in " + design;
    try (EventReader reader = open(design, asking(prompt))) {
      Event first = reader.next("token");
      assertEquals("One hump ", first.data().get("text").asText());
      assertEquals("tell", first.data().get("path").asText());
      assertEquals("running", status(reader.header("X-Howdah-Execution")));
      secondHalf(prompt).countDown();

      List<Event> rest = reader.rest();

      assertEquals("or two?", EventReader.text(rest));
      assertEquals("One hump or two?", said(last(rest)));
      assertEquals("completed", last(rest).data().get("status").asText());
      assertEquals(
          List.of("tell", "done"),
          rest.stream()
              .filter(event -> event.name().equals("step"))
              .map(event -> event.data().get("path").asText())
              .toList());
      assertEquals("", reader.header("Idempotency-Replayed"));
    }
    await().until(() -> node.api().waiting() == 0);
  }

  @Test
  void aQueryIsAnInputAsWell() throws Exception {
    String prompt = "why";
    secondHalf(prompt).countDown();
    try (EventReader reader =
        EventReader.open(node, node.request("/api/deployed/express?prompt=why").headers(EVENTS))) {
      assertEquals("One hump or two?", said(last(reader.rest())));
    }
    // Executions of other tests may ask meanwhile: whoever hangs up stops none.
    assertTrue(model.questions().stream().anyMatch(question -> question.last().equals(prompt)));
  }

  @Test
  void executeTellsAsWell() throws Exception {
    String prompt = "execute";
    String path = "/api/deployments/" + DEPLOYMENTS.get("durable") + "/execute";
    secondHalf(prompt).countDown();
    try (EventReader reader =
        EventReader.open(node, call(path, "{\"input_data\": " + asking(prompt) + "}"))) {
      assertEquals("One hump or two?", said(last(reader.rest())));
    }
    json(node.post(path, "{\"input_data\": " + asking(prompt) + "}"), 202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void aFailureIsTheEndOfTheStream(String design) throws Exception {
    String prompt = "wrong in " + design;
    try (EventReader reader = open(design, asking(prompt))) {
      reader.next("token");
      secondHalf(prompt).countDown();

      JsonNode end = last(reader.rest()).data();

      assertEquals("failed", end.get("status").asText());
      assertEquals("tell", end.at("/error/path").asText());
      assertEquals("agent.", end.at("/error/code").asText().substring(0, 6));
    }
  }

  @Test
  void aRepeatIsToldTheFirstExecution() throws Exception {
    String prompt = "again";
    String[] key = {"Idempotency-Key", "again"};
    try (EventReader first = open("durable", asking(prompt), key)) {
      first.next("token");
      try (EventReader meanwhile = open("durable", asking("other"), key)) {
        secondHalf(prompt).countDown();
        assertEquals("true", meanwhile.header("Idempotency-Replayed"));
        assertEquals(first.header("X-Howdah-Execution"), meanwhile.header("X-Howdah-Execution"));
        assertEquals("One hump or two?", said(last(meanwhile.rest())));
      }
      assertEquals("One hump or two?", said(last(first.rest())));

      try (EventReader later = open("durable", asking("other"), key)) {
        List<Event> events = later.rest();
        assertEquals(List.of("step", "step", "end"), events.stream().map(Event::name).toList());
        assertEquals("One hump or two?", said(last(events)));
        assertEquals("true", later.header("Idempotency-Replayed"));
        assertEquals(first.header("X-Howdah-Execution"), later.header("X-Howdah-Execution"));
      }
    }
    assertEquals(
        "{\"said\":\"One hump or two?\"}",
        node.post("/api/deployed/durable", asking("other"), "Idempotency-Key", "again").body());
    await().until(() -> node.api().waiting() == 0);
  }

  @Test
  void whatIsRefusedIsAProblemAsEver() throws Exception {
    problem(node.send(call("/api/deployed/nobody", "1")), 404, "deployment.unknown");
    problem(node.send(call("/api/deployed/durable", "{}")), 400, "input.schema");
    problem(node.send(call("/api/deployed/durable", "{")), 400, "request.json");
    problem(
        node.send(call("/api/deployed/durable", "{}", "Idempotency-Key", "a b")),
        400,
        "request.idempotency-key");
    String deployment = "/api/deployments/" + node.deploy(ApiNode.ECHO).get("id").asText();
    json(node.put(deployment, "{\"status\": \"inactive\"}"), 200);
    problem(node.send(call("/api/deployed/echo", "1")), 409, "deployment.inactive");
    assertEquals(0, node.api().waiting());
  }

  @Test
  void streamsTakeThePlacesOfCallersWhoWait() throws Exception {
    String prompt = "places";
    try (EventReader one = open("durable", asking(prompt));
        EventReader other = open("express", asking(prompt))) {
      assertEquals(2, node.api().waiting());
      problem(
          node.send(call("/api/deployed/durable", asking(prompt))),
          503,
          "request.too-many-waiting");
      secondHalf(prompt).countDown();
      one.rest();
      other.rest();
    }
    await().until(() -> node.api().waiting() == 0);
  }

  @Test
  void whoPrefersNotToWaitGetsNoStreamAndAWaitDoesNotCutOneShort() throws Exception {
    String prompt = "prefer";
    JsonNode accepted =
        json(
            node.send(call("/api/deployed/durable", asking(prompt), "Prefer", "respond-async")),
            202);
    secondHalf(prompt).countDown();
    String id = accepted.get("execution_id").asText();
    await().until(() -> status(id).equals("completed"));

    String later = "prefer to wait";
    try (EventReader reader = open("durable", asking(later), "Prefer", "wait=0")) {
      reader.next("token");
      secondHalf(later).countDown();
      assertEquals("One hump or two?", said(last(reader.rest())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "express"})
  void theExecutionGoesOnWhenItsCallerHangsUp(String design) throws Exception {
    String prompt = "hung up in " + design;
    String id;
    try (EventReader reader = open(design, asking(prompt))) {
      id = reader.header("X-Howdah-Execution");
      reader.next("token");
    }
    await().until(() -> node.api().waiting() == 0);
    assertEquals("running", status(id));

    secondHalf(prompt).countDown();

    await().until(() -> status(id).equals("completed"));
  }

  @Test
  void whoWasCutOffGoesOnAndStartsNothing() throws Exception {
    String prompt = "cut off";
    String id;
    Event token;
    try (EventReader reader = open("durable", asking(prompt))) {
      id = reader.header("X-Howdah-Execution");
      token = reader.next("token");
    }
    int asked = model.questions().size();
    Event end;
    try (EventReader again = open("durable", asking(prompt), "Last-Event-ID", token.id())) {
      assertEquals(id, again.header("X-Howdah-Execution"));
      secondHalf(prompt).countDown();
      List<Event> rest = again.rest();
      assertEquals("or two?", EventReader.text(rest));
      end = last(rest);
      assertEquals("One hump or two?", said(end));
    }
    String path = "/api/deployed/durable";
    String body = asking(prompt);
    assertEquals(204, node.send(call(path, body, "Last-Event-ID", end.id())).statusCode());
    problem(node.send(call(path, body, "Last-Event-ID", "zzz-3")), 410, "events.forgotten");
    problem(node.send(call(path, body, "Last-Event-ID", "?")), 410, "events.forgotten");
    assertEquals(asked, model.questions().size());
    assertEquals(0, node.api().waiting());
  }

  @Test
  void whoPrefersJsonGetsIt() throws Exception {
    String prompt = "json";
    secondHalf(prompt).countDown();
    var answer =
        node.post(
            "/api/deployed/durable",
            asking(prompt),
            "Accept",
            "application/json, text/event-stream");
    assertEquals("{\"said\":\"One hump or two?\"}", answer.body());
    assertNotEquals("", header(answer, "X-Howdah-Execution"));
  }
}
