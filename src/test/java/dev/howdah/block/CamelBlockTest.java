package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Services;
import dev.howdah.engine.Trial;
import dev.howdah.store.StepStatus;
import dev.howdah.worker.camel.CamelCaller;
import dev.howdah.worker.camel.CamelPolicy;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With real routes of a user's. */
class CamelBlockTest {
  private final DefaultCamelContext routes = new DefaultCamelContext();
  private final List<Map<String, Object>> headers = new CopyOnWriteArrayList<>();
  private CamelCaller camel;
  private Trial trial;

  @BeforeEach
  void start() throws Exception {
    routes.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("direct:echo").process(exchange -> headers.add(exchange.getIn().getHeaders()));
            from("direct:bytes").setBody(constant(new byte[] {0, (byte) 0xff, '\n'}));
            from("direct:refused").throwException(new ConnectException("refused"));
            from("direct:broken").throwException(new IllegalStateException("broken"));
          }
        });
    routes.start();
    camel = new CamelCaller(routes, new CamelPolicy(Set.of("direct")), 2);
    trial =
        new Trial(
            name -> Optional.empty(),
            clock ->
                new Services(
                    name -> Optional.empty(), null, null, null, null, null, camel, null, clock));
  }

  @AfterEach
  void stop() {
    trial.close();
    camel.close();
    routes.stop();
  }

  private static String send(String data) {
    return "blocks:\n- id: send\n  type: camel\n  retry: {maxAttempts: 2}\n  data:\n"
        + data.indent(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"n\": [1]} | json  | {\"n\":[1]}",
        "{\"n\": [1]} | text  | \"{\\\"n\\\":[1]}\"",
        "\"words\"    | text  | \"words\"",
        "\"words\"    | bytes | \"d29yZHM=\"",
        "null         | json  | null"
      })
  void theAnswerOfARouteIsTheOutput(String input, String response, String output) throws Exception {
    assertEquals(output, trial.result(send("uri: direct:echo\nresponse: " + response), input));
  }

  @Test
  void bytesNeedBeNoText() throws Exception {
    assertEquals("\"AP8K\"", trial.result(send("uri: direct:bytes\nresponse: bytes"), "1"));
  }

  @Test
  void theDesignSaysWhereToAndWhatComesAlong() throws Exception {
    String data =
        """
        uri: direct:${ .to }
        body: ${ .name } comes
        headers: {text: "${ .name }", number: 7, yes: true, object: {a: 1}, none: "${ .none }"}
        response: text
        """;
    assertEquals(
        "\"Ada comes\"", trial.result(send(data), "{\"to\": \"echo\", \"name\": \"Ada\"}"));
    Map<String, Object> came = headers.get(0);
    assertEquals("Ada", came.get("text"));
    assertEquals("7", came.get("number").toString());
    assertEquals(true, came.get("yes"));
    assertEquals("{\"a\":1}", came.get("object"));
    assertFalse(came.containsKey("none"));
    assertTrue(came.get("HowdahIdempotencyKey").toString().endsWith(":send:1"));
  }

  @Test
  void whoWantsNoAnswerGetsNone() throws Exception {
    assertEquals("null", trial.result(send("uri: direct:echo\npattern: in-only"), "1"));
    assertFalse(headers.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "direct:refused, camel.connect, 2",
    "direct:broken, camel.failed, 1",
    "log:x, camel.not-allowed, 1"
  })
  void whatGoesWrongIsTriedAgainOrNot(String uri, String code, int attempts) throws Exception {
    var outcome = trial.run(send("uri: " + uri), "1");
    assertTrue(Trial.told(outcome).startsWith("send " + code), Trial.told(outcome));
    assertEquals(StepStatus.FAILED, outcome.rows().step("send", attempts).orElseThrow().status());
  }

  @Test
  void anAnswerThatIsTooLargeIsAFault() throws Exception {
    String told = trial.result(send("uri: direct:echo\nmaxResponse: 5B"), "123456");
    assertTrue(told.startsWith("send camel.too-large"), told);
  }
}
