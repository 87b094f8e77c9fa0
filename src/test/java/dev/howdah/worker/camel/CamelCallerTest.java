package dev.howdah.worker.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CamelCallerTest {
  private static final int THREADS = 2;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Queue<AsyncCallback> waiting = new ConcurrentLinkedQueue<>();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final Queue<Object> told = new ConcurrentLinkedQueue<>();
  private CamelCaller caller;

  @BeforeEach
  void start() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("direct:echo").process(exchange -> {});
            from("direct:tell").process(exchange -> told.add(exchange.getIn().getHeaders()));
            from("direct:map").setBody(constant(Map.of("n", 1)));
            from("direct:stream")
                .process(
                    exchange ->
                        exchange
                            .getMessage()
                            .setBody(
                                new ByteArrayInputStream(
                                    "[1, 2]".getBytes(StandardCharsets.UTF_8))));
            from("direct:later").process(new Later());
            from("direct:stuck").process(exchange -> block());
            from("direct:refused").throwException(new ConnectException("refused"));
            from("direct:silent").throwException(new SocketTimeoutException("silent"));
            from("direct:broken").throwException(new IllegalStateException("broken"));
          }
        });
    context.start();
    caller = new CamelCaller(context, new CamelPolicy(Set.of("direct", "nothing")), THREADS);
  }

  @AfterEach
  void stop() {
    caller.close();
    context.stop();
  }

  private final class Later extends AsyncProcessorSupport {
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      waiting.add(callback);
      return false;
    }
  }

  private void block() throws InterruptedException {
    entered.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  private static CamelMessage message(String uri, String body, CamelMessage.Answer answer)
      throws Exception {
    return new CamelMessage(
        CamelUri.of(uri),
        Json.read(body),
        Map.of("n", Json.read("7"), "none", NullNode.instance),
        Optional.ofNullable(answer),
        100,
        "e1:b:1");
  }

  private JsonNode answer(String uri, String body, CamelMessage.Answer answer) throws Exception {
    return caller.call(message(uri, body, answer)).get(10, TimeUnit.SECONDS);
  }

  private Fault fault(String uri, String body) throws Exception {
    CompletableFuture<JsonNode> call = caller.call(message(uri, body, CamelMessage.Answer.JSON));
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
    return ((FaultException) failed.getCause()).fault();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "direct:echo   | {\"a\": 1.25} | JSON  | {\"a\":1.25}",
        "direct:echo   | \"text\"      | TEXT  | \"text\"",
        "direct:echo   | \"text\"      | BYTES | \"dGV4dA==\"",
        "direct:echo   | null          | JSON  | null",
        "direct:map    | null          | JSON  | {\"n\":1}",
        "direct:stream | null          | JSON  | [1,2]",
        "direct:stream | null          | TEXT  | \"[1, 2]\"",
      })
  void theAnswerIsTheBodyInTheFormAskedFor(
      String uri, String body, CamelMessage.Answer form, String expected) throws Exception {
    assertEquals(expected, Json.write(answer(uri, body, form)));
  }

  @Test
  void aMessageWithoutAnAnswerGivesNullAndBringsItsHeaders() throws Exception {
    assertEquals("null", Json.write(answer("direct:tell", "\"x\"", null)));
    Map<?, ?> headers = (Map<?, ?>) told.remove();
    assertEquals("e1:b:1", headers.get("HowdahIdempotencyKey"));
    assertEquals(7, headers.get("n"));
    assertFalse(headers.containsKey("none"));
  }

  @Test
  void endpointsThatWaitHoldNoThread() throws Exception {
    List<CompletableFuture<JsonNode>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(caller.call(message("direct:later", String.valueOf(i), CamelMessage.Answer.JSON)));
    }
    await().until(() -> waiting.size() == 100);
    waiting.forEach(callback -> callback.done(false));
    for (int i = 0; i < 100; i++) {
      assertEquals(i, calls.get(i).get(10, TimeUnit.SECONDS).intValue());
    }
  }

  @Test
  void cancellingInterruptsAnEndpointThatHoldsAThread() throws Exception {
    CompletableFuture<JsonNode> call =
        caller.call(message("direct:stuck", "1", CamelMessage.Answer.JSON));
    assertTrue(entered.await(10, TimeUnit.SECONDS));
    call.cancel(true);
    assertTrue(interrupted.await(10, TimeUnit.SECONDS));
  }

  @Test
  void whatIsUnderWayAtTheEndMayBeTriedAgain() throws Exception {
    CompletableFuture<JsonNode> call =
        caller.call(message("direct:stuck", "1", CamelMessage.Answer.JSON));
    assertTrue(entered.await(10, TimeUnit.SECONDS));
    caller.close();
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
    assertEquals("camel.stopped", ((FaultException) failed.getCause()).fault().code());
  }

  @ParameterizedTest
  @CsvSource({
    "direct:refused, camel.connect, true",
    "direct:silent, camel.timeout, true",
    "direct:broken, camel.failed, false",
    "seda:orders, camel.not-allowed, false",
    "nothing:there, camel.unknown-component, false",
    "direct:echo?nonsense=1, camel.invalid-uri, false",
  })
  void whatGoesWrongIsClassed(String uri, String code, boolean retryable) throws Exception {
    Fault fault = fault(uri, "1");
    assertEquals(code, fault.code(), fault.message());
    assertEquals(retryable, fault.retryable());
  }

  @Test
  void aRefusedSchemeNamesTheSetting() throws Exception {
    String message = fault("seda:orders?password=hidden", "1").message();
    assertTrue(message.contains("howdah.camel.allow"), message);
    assertFalse(message.contains("hidden"), message);
  }

  @Test
  void answersThatDoNotFitAreRefused() throws Exception {
    Fault broken = fault("direct:echo", "\"{\"");
    assertEquals("camel.not-json", broken.code());
    assertFalse(broken.message().contains("start marker"), broken.message());
    assertEquals("camel.too-large", fault("direct:echo", "\"" + "x".repeat(101) + "\"").code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct:{{env:HOME}}",
        "direct:a?b=%7B%7Benv:HOME}}",
        "direct:a?b=#class:java.lang.Object",
        "direct:a?b=%23CLASS:java.lang.Object",
        "no-scheme",
        ":direct",
      })
  void aUriThatIsMoreThanItSeemsIsRefused(String text) {
    FaultException refused = assertThrows(FaultException.class, () -> CamelUri.of(text));
    assertEquals("camel.invalid-uri", refused.fault().code());
  }

  @Test
  void aListOfSchemesMayNotNameHowdahsOwn() {
    assertEquals(
        Set.of("seda", "file"), CamelPolicy.parse(" Seda, file,", Set.of("exec")).schemes());
    assertThrows(IllegalArgumentException.class, () -> CamelPolicy.parse("exec", Set.of("exec")));
    assertThrows(IllegalArgumentException.class, () -> CamelPolicy.parse("a:b", Set.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "direct:line@1/first",
        "direct://line@12/each/in?block=false",
        "direct:%6cine@1/first",
        "kafka:howdah.work",
        "kafka:orders,howdah.control?brokers=h:1",
        "kafka:__consumer_offsets"
      })
  void whatIsHowdahsOwnIsRefusedWhateverIsAllowed(String uri) throws Exception {
    try (CamelCaller generous =
        new CamelCaller(context, new CamelPolicy(Set.of("direct", "kafka")), THREADS)) {
      CompletionException refused =
          assertThrows(
              CompletionException.class, () -> generous.call(message(uri, "1", null)).join());
      assertEquals("camel.own-endpoint", ((FaultException) refused.getCause()).fault().code());
    }
  }

  @Test
  void aHeaderLeadsToNoTopicOfHowdahsOwn() throws Exception {
    CamelMessage message =
        new CamelMessage(
            CamelUri.of("kafka:orders"),
            Json.read("1"),
            Map.of("kafka.OVERRIDE_TOPIC", Json.read("\"howdah.work\"")),
            Optional.empty(),
            1_000,
            "e:b:1");
    try (CamelCaller generous =
        new CamelCaller(context, new CamelPolicy(Set.of("kafka")), THREADS)) {
      CompletionException refused =
          assertThrows(CompletionException.class, () -> generous.call(message).join());
      assertEquals("camel.own-endpoint", ((FaultException) refused.getCause()).fault().code());
    }
  }

  @Test
  void componentsAreFoundOnTheClassPath() {
    assertTrue(CamelComponents.has("direct"));
    assertTrue(CamelComponents.has("kafka"));
    assertFalse(CamelComponents.has("nothing"));
  }
}
