package dev.howdah.worker.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentCallerTest {
  private static final String NUMBER =
      "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

  private final AgentCaller caller =
      new AgentCaller(AgentDefaults.NONE, Addresses.ofServices(), Clock.systemUTC());
  private ScriptedModel model;

  @BeforeEach
  void start() throws Exception {
    model = ScriptedModel.start();
  }

  @AfterEach
  void stop() {
    caller.close();
    model.close();
  }

  private AgentCall call(String prompt) {
    return call(prompt, Optional.empty(), model.url());
  }

  private static AgentCall call(String prompt, Optional<String> schema, URI url) {
    return new AgentCall(
        url,
        Optional.of("sk-test"),
        "small",
        Dialogue.read(Dialogue.write(Optional.of("You are terse."), prompt)),
        Optional.of(0.5),
        Optional.of(100),
        schema.map(Json::trusted).map(AnswerSchema::new),
        List.of(),
        "x1:ask:1");
  }

  private AgentAnswer ask(AgentCall call) throws Exception {
    return caller.ask(call, text -> {}).get(20, TimeUnit.SECONDS);
  }

  private Fault fault(AgentCall call) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(call));
    return assertInstanceOf(FaultException.class, thrown.getCause()).fault();
  }

  @Test
  void givesTheAnswerAndWhatItTook() throws Exception {
    model.on(List.of("You are terse.", "How many legs has a camel?"), "Four of them.");
    List<String> pieces = new CopyOnWriteArrayList<>();
    AgentAnswer answer =
        caller.ask(call("How many legs has a camel?"), pieces::add).get(20, TimeUnit.SECONDS);
    assertEquals("Four of them.", answer.output().textValue());
    assertEquals(
        "{\"model\":\"small\",\"input_tokens\":9,\"output_tokens\":3}", Json.write(answer.meta()));
    assertEquals(List.of("Four ", "of ", "them."), pieces);
    ScriptedModel.Question asked = model.questions().get(0);
    assertEquals("Bearer sk-test", asked.headers().get("Authorization"));
    assertEquals("x1:ask:1", asked.headers().get("Idempotency-Key"));
    assertEquals(0.5, asked.body().get("temperature").doubleValue());
    assertEquals(100, asked.body().get("max_tokens").intValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | rate_limit_exceeded | agent.rate-limited   | true  | 7",
        "429 | insufficient_quota  | agent.quota          | false |",
        "500 | server_error        | agent.unavailable    | true  |",
        "503 | overloaded          | agent.unavailable    | true  | 7",
        "401 | invalid_api_key     | agent.unauthorized   | false |",
        "404 | model_not_found     | agent.not-found      | false |",
        "400 | bad                 | agent.invalid-request| false |",
        "400 | content_filter      | agent.content-filter | false |",
      })
  void aRefusalSaysWhetherToTryAgainAndWhen(
      int status, String code, String expected, boolean retryable, Integer after) {
    String[] headers =
        after == null ? new String[0] : new String[] {"Retry-After", after.toString()};
    model.on(q -> true, 9, ScriptedModel.refusal(status, code, "so it is", headers));
    Fault fault = fault(call("Hello"));
    assertEquals(expected, fault.code());
    assertEquals(retryable, fault.retryable());
    assertEquals(Optional.ofNullable(after).map(Duration::ofSeconds), fault.retryAfter());
    assertTrue(fault.message().contains("so it is"), fault.message());
    assertFalse(fault.message().contains("sk-test"), fault.message());
  }

  @Test
  void anAnswerHeldBackByAFilterIsRejected() {
    model.on(q -> true, 9, (q, wire) -> wire.complete("I", "content_filter"));
    Fault fault = fault(call("Hello"));
    assertEquals("agent.content-filter", fault.code());
    assertFalse(fault.retryable());
  }

  @Test
  void anAnswerCutOffAtTheMostTokensSaysSo() throws Exception {
    model.on(q -> true, 9, (q, wire) -> wire.complete("I was about to", "length"));
    assertTrue(ask(call("Hello")).meta().get("cut_off").booleanValue());
  }

  @Test
  void anAnswerWithNothingInItIsNoSuccessAndMayBeTriedAgain() {
    model.on(q -> true, 9, (q, wire) -> wire.complete(" ", "stop"));
    Fault fault = fault(call("Hello"));
    assertEquals("agent.empty-answer", fault.code());
    assertTrue(fault.retryable());
  }

  @Test
  void aStreamThatEndsInTheMiddleMayBeTriedAgain() {
    model.on(
        q -> true,
        9,
        (q, wire) -> {
          try (OutputStream out = wire.open()) {
            wire.event(out, wire.chunk("I was ", null));
          }
        });
    Fault fault = fault(call("Hello"));
    assertEquals("agent.connect", fault.code());
    assertTrue(fault.retryable());
  }

  @Test
  void anEmptyStreamMayBeTriedAgain() {
    model.on(q -> true, 9, (q, wire) -> wire.open().close());
    assertEquals("agent.connect", fault(call("Hello")).code());
  }

  @Test
  void anErrorInsideTheStreamMayBeTriedAgain() {
    model.on(
        q -> true,
        9,
        (q, wire) -> {
          try (OutputStream out = wire.open()) {
            wire.event(out, wire.chunk("I was ", null));
            wire.event(out, "{\"error\":{\"message\":\"overloaded\"}}");
          }
        });
    Fault fault = fault(call("Hello"));
    assertEquals("agent.unavailable", fault.code());
    assertTrue(fault.message().contains("overloaded"), fault.message());
  }

  @Test
  void nobodyListeningMayBeTriedAgain() throws Exception {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = URI.create("http://localhost:" + socket.getLocalPort() + "/v1");
    }
    Fault fault = fault(call("Hello", Optional.empty(), nobody));
    assertEquals("agent.connect", fault.code());
    assertTrue(fault.retryable());
  }

  @Test
  void jsonIsTakenOutOfItsFenceAndAskedForInTheProtocol() throws Exception {
    model.on(List.of("How many?"), "Here you are:\n```json\n{\"n\": 4}\n```\nAnything else?");
    AgentAnswer answer = ask(call("How many?", Optional.of(NUMBER), model.url()));
    assertEquals("{\"n\":4}", Json.write(answer.output()));
    assertEquals(
        Json.read(NUMBER),
        model.questions().get(0).body().at("/response_format/json_schema/schema"));
  }

  @Test
  void anAnswerOutsideTheSchemaIsAskedForOnceMoreWithTheProblems() throws Exception {
    model.on(List.of("cannot be used", "/n"), "{\"n\": 4}");
    model.on(List.of("How many?"), "{\"n\": \"four\"}");
    AgentAnswer answer = ask(call("How many?", Optional.of(NUMBER), model.url()));
    assertEquals("{\"n\":4}", Json.write(answer.output()));
    assertEquals(2, model.questions().size());
    assertTrue(answer.outputTokens() > 2, "both answers count");
  }

  @Test
  void aSecondAnswerOutsideTheSchemaFails() {
    model.on(List.of("How many?"), "{\"n\": \"four\"}");
    Fault fault = fault(call("How many?", Optional.of(NUMBER), model.url()));
    assertEquals("agent.not-in-schema", fault.code());
    assertEquals(2, model.questions().size());
  }

  @Test
  void aSecondAnswerThatIsNoJsonFails() {
    model.on(List.of("How many?"), "four");
    assertEquals(
        "agent.not-json", fault(call("How many?", Optional.of(NUMBER), model.url())).code());
  }

  @Test
  void cancellingClosesTheConnection() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    model.on(
        q -> true,
        9,
        (q, wire) -> {
          try (OutputStream out = wire.open()) {
            begun.countDown();
            while (true) {
              wire.event(out, wire.chunk("and ", null));
            }
          } finally {
            gone.countDown();
          }
        });
    CompletableFuture<AgentAnswer> answer = caller.ask(call("Hello"), text -> {});
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    answer.cancel(true);
    assertTrue(gone.await(20, TimeUnit.SECONDS), "the server is still writing");
  }

  @Test
  void manyCallsWaitWithoutAThreadEach() throws Exception {
    CountDownLatch answering = new CountDownLatch(1);
    model.on(
        q -> true,
        Integer.MAX_VALUE,
        (q, wire) -> {
          try {
            answering.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          wire.complete("Here.", "stop");
        });
    List<CompletableFuture<AgentAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(caller.ask(call("Hello"), text -> {}));
    }
    Awaitility.await().until(() -> model.questions().size() == 200);
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("howdah-agent"))
            .count();
    assertTrue(threads <= 10, threads + " threads");
    answering.countDown();
    for (CompletableFuture<AgentAnswer> answer : answers) {
      assertEquals("Here.", answer.get(20, TimeUnit.SECONDS).output().textValue());
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() {
    CountDownLatch never = new CountDownLatch(1);
    model.on(
        q -> true,
        9,
        (q, wire) -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    CompletableFuture<AgentAnswer> answer = caller.ask(call("Hello"), text -> {});
    Awaitility.await().until(() -> model.questions().size() == 1);
    caller.close();
    ExecutionException thrown =
        assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
    assertEquals("agent.connect", ((FaultException) thrown.getCause()).fault().code());
  }
}
