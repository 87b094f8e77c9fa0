package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.TestDesigns;
import dev.howdah.engine.Trial;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.RecordedStep;
import dev.howdah.engine.flow.Subject;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.store.StepStatus;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.agent.AgentDefaults;
import dev.howdah.worker.agent.ScriptedModel;
import dev.howdah.worker.agent.ScriptedModel.Question;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every {@link Trial} run restarts in the middle and loses and repeats messages as well. */
class AgentToolsTest {
  private static final String HELPER =
      """
      blocks:
      - id: helper
        type: agent
        data:
          system_prompt: You calculate.
          tools:
          - name: add
            description: Adds two numbers
            parameters:
              type: object
              properties: {a: {type: number}, b: {type: number}}
              required: [a, b]
            type: transform
            data: {value: "${ .a + .b }"}
      """;
  private static final String BROKEN =
      """
          - name: broken
            type: flaky
            retry: {maxAttempts: 2}
            data: {failures: 99}
      """;

  private ScriptedModel model;
  private AgentCaller agents;
  private Trial trial;

  @BeforeEach
  void start() throws Exception {
    model = ScriptedModel.start();
    agents =
        new AgentCaller(
            new AgentDefaults(
                Optional.of(model.url()), Optional.of("small"), Optional.of("sk-default")),
            Addresses.ofServices(),
            Clock.systemUTC());
    trial = new Trial(agents);
  }

  @AfterEach
  void stop() {
    trial.close();
    agents.close();
    model.close();
  }

  private static Predicate<Question> last(String text) {
    return question -> question.last().contains(text);
  }

  private void calls(Predicate<Question> when, String... namesAndArguments) {
    model.on(when, Integer.MAX_VALUE, ScriptedModel.calls(namesAndArguments));
  }

  @Test
  void theModelGetsTheResultOfTheToolItCalls() throws Exception {
    calls(last("2 and 3"), "add", "{\"a\": 2, \"b\": 3}");
    model.on(last("5"), question -> "It is 5.");
    String shout = "- {id: shout, type: transform, data: {value: \"${ ascii_upcase }\"}}\n";
    var outcome = trial.run(HELPER + shout, "\"What are 2 and 3?\"");
    assertEquals("\"IT IS 5.\"", Trial.told(outcome));
    assertEquals(
        "5", outcome.rows().step("helper#1/add", 1).orElseThrow().output().orElseThrow().text());
    JsonNode asked = model.questions().get(1).body();
    assertEquals(
        "[{\"role\":\"system\",\"content\":\"You calculate.\"},"
            + "{\"role\":\"user\",\"content\":\"What are 2 and 3?\"}]",
        Json.write(
            Json.MAPPER
                .createArrayNode()
                .add(asked.at("/messages/0"))
                .add(asked.at("/messages/1"))));
    assertEquals("add", asked.at("/messages/2/tool_calls/0/function/name").asText());
    assertEquals("call_add0", asked.at("/messages/3/tool_call_id").asText());
    assertEquals("Adds two numbers", asked.at("/tools/0/function/description").asText());
    assertEquals("number", asked.at("/tools/0/function/parameters/properties/a/type").asText());
    assertEquals("b", asked.at("/tools/0/function/parameters/required/1").asText());
  }

  @Test
  void aRestartGoesOnBehindWhatIsFinished() throws Exception {
    calls(last("2 and 3"), "add", "{\"a\": 2, \"b\": 3}");
    model.on(last("5"), question -> "It is 5.");
    var rows = trial.run(HELPER, "\"What are 2 and 3?\"").rows();
    List<RecordedStep> recorded = new ArrayList<>();
    RecordedStep whole = rows.step("helper", 1).orElseThrow();
    recorded.add(
        new RecordedStep(
            whole.path(),
            1,
            StepStatus.WAITING,
            Optional.empty(),
            Optional.empty(),
            whole.state(),
            whole.startedAt(),
            Optional.empty(),
            false));
    assertEquals(List.of("helper#1/model"), outstanding(recorded));
    recorded.add(rows.step("helper#1/model", 1).orElseThrow());
    assertEquals(List.of("helper#1/add"), outstanding(recorded));
    recorded.add(rows.step("helper#1/add", 1).orElseThrow());
    assertEquals(List.of("helper#2/model"), outstanding(recorded));
  }

  /** What is sent after a crash that left these rows. */
  private static List<String> outstanding(List<RecordedStep> recorded) throws Exception {
    Flow restored =
        Flow.restore(
            new Subject("x1", "", Value.of(Json.read("\"What are 2 and 3?\"")), 0, Long.MAX_VALUE),
            TestDesigns.plan("id: d\n" + HELPER),
            () -> "x2",
            () -> 0,
            recorded,
            Map.of(),
            1);
    return restored.outstanding().stream().map(Dispatch::path).toList();
  }

  @Test
  void whatAllQuestionsTookAddsUp() throws Exception {
    calls(last("2 and 3"), "add", "{\"a\": 2, \"b\": 3}");
    model.on(last("5"), question -> "It is 5.");
    var rows = trial.run(HELPER, "\"What are 2 and 3?\"").rows();
    JsonNode meta = rows.step("helper", 1).orElseThrow().state().orElseThrow().get("meta");
    JsonNode first = rows.step("helper#1/model", 1).orElseThrow().state().orElseThrow();
    JsonNode second = rows.step("helper#2/model", 1).orElseThrow().state().orElseThrow();
    long read = first.at("/meta/input_tokens").asLong() + second.at("/meta/input_tokens").asLong();
    assertTrue(read > 10, first + " " + second);
    assertEquals(
        "{\"model\":\"small\",\"input_tokens\":%d,\"output_tokens\":4,\"model_calls\":2,\"tool_calls\":1}"
            .formatted(read),
        Json.write(meta));
  }

  @Test
  void callsMadeAtOnceRunAtOnceAndAreAnsweredInOrder() throws Exception {
    calls(last("sums"), "add", "{\"a\": 2, \"b\": 3}", "say", "{}", "add", "{\"a\": 4, \"b\": 5}");
    model.on(question -> question.text().endsWith("5\nhi\n9"), question -> "5, hi, 9");
    String say =
        """
            - {name: say, type: transform, data: {value: hi}}
        """;
    var outcome = trial.run(HELPER + say, "\"Two sums\"");
    assertEquals("\"5, hi, 9\"", Trial.told(outcome));
    for (String path : List.of("helper#1/add", "helper#1/say", "helper#1[2]/add")) {
      assertTrue(outcome.rows().step(path, 1).isPresent(), path);
    }
  }

  @Test
  void aCallThatCannotBeMadeIsToldToTheModel() throws Exception {
    calls(last("go"), "model", "{}", "subtract", "{}", "add", "{\"a\": \"two\"}", "add", "{\"a\":");
    calls(last("the arguments are no JSON"), "add", "{\"a\": 1, \"b\": 1}");
    model.on(last("2"), Question::text);
    var outcome = trial.run(HELPER, "\"go\"");
    String told = Trial.told(outcome);
    assertTrue(told.contains("There is no tool \\\"model\\\""), told);
    assertTrue(told.contains("There is no tool \\\"subtract\\\". The tools are add."), told);
    assertTrue(told.contains("/a: string found, number expected"), told);
    assertTrue(told.contains("required property 'b'"), told);
    assertTrue(outcome.rows().step("helper#1/add", 1).isEmpty());
    assertTrue(outcome.rows().step("helper#2/add", 1).isPresent());
  }

  @Test
  void aToolThatFailsIsToldToTheModel() throws Exception {
    calls(last("go"), "broken", "");
    model.on(last("The tool failed, flaky.failed: attempt 2 failed"), question -> "A pity.");
    var outcome = trial.run(HELPER + BROKEN, "\"go\"");
    assertEquals("\"A pity.\"", Trial.told(outcome));
  }

  @Test
  void aModelThatDoesNotStopCallingToolsIsStopped() throws Exception {
    calls(question -> true, "add", "{\"a\": 1, \"b\": 1}");
    String three = HELPER.replace("    tools:", "    max_steps: 3\n    tools:");
    var outcome = trial.run(three, "\"go\"");
    String told = Trial.told(outcome);
    assertTrue(told.startsWith("helper agent.too-many-steps: the model was asked 3 times"), told);
    assertTrue(outcome.rows().step("helper#2/add", 1).isPresent());
    assertTrue(outcome.rows().step("helper#3/model", 1).isPresent());
    assertTrue(outcome.rows().step("helper#3/add", 1).isEmpty());
  }

  @Test
  void aModelThatRefusesFailsTheAgent() throws Exception {
    model.on(q -> true, 99, ScriptedModel.refusal(401, "invalid_api_key", "who are you?"));
    String told = trial.result(HELPER, "\"go\"");
    assertTrue(told.startsWith("helper agent.unauthorized"), told);
  }

  @Test
  void questionsAreAskedAsTheAgentSays() throws Exception {
    calls(last("of Ada"), "add", "{\"a\": 2, \"b\": 3}");
    model.on(last("5"), question -> "```json\n{\"n\": 5}\n```");
    String told =
        trial.result(
            HELPER.replace(
                "    tools:",
                """
                    prompt: "Sum of ${ .name }"
                    model: "${ .which }"
                    api_key: "${ $secrets.token }"
                    temperature: 0
                    schema: {type: object, properties: {n: {type: integer}}, required: [n]}
                    tools:\
                """),
            "{\"name\": \"Ada\", \"which\": \"large\"}");
    assertEquals("{\"n\":5}", told);
    for (Question question : model.questions().subList(0, 2)) {
      assertEquals("large", question.body().path("model").asText());
      assertEquals("Bearer s3cret", question.headers().get("Authorization"));
      assertTrue(question.body().path("temperature").isNumber());
    }
  }

  @Test
  void aDesignCanBeATool() throws Exception {
    assertEquals(
        "6",
        trial.result(
            "blocks: [{id: t, type: transform, data: {value: \"${ .n * 2 }\"}}]", "{\"n\":3}"));
    calls(last("go"), "twice", "{\"n\": 21}");
    model.on(last("42"), question -> "42!");
    String twice =
        """
            - {name: twice, description: Doubles, design: d-1}
        """;
    assertEquals("\"42!\"", trial.result(HELPER + twice, "\"go\""));
  }

  @Test
  void callsOfToolsThatNobodyRunsAreTheOutput() throws Exception {
    calls(last("go"), "open_gate", "{\"gate\": 7}");
    String told =
        trial.result(
            """
            blocks:
            - id: ask
              type: agent
              data:
                messages: "${ .history }"
                tools: [{name: open_gate, parameters: {type: object}}]
            """,
            "{\"history\": [{\"role\":\"user\",\"content\":\"hello\"},"
                + "{\"role\":\"assistant\",\"content\":\"hi\"},{\"role\":\"user\",\"content\":\"go\"}]}");
    JsonNode message = Json.read(told);
    assertEquals("assistant", message.path("role").asText());
    assertEquals("{\"gate\": 7}", message.at("/tool_calls/0/function/arguments").asText());
    assertEquals("hi", model.questions().get(0).body().at("/messages/1/content").asText());
  }

  @Test
  void messagesThatAreNoneAreRefused() throws Exception {
    String told =
        trial.result(
            "blocks: [{id: ask, type: agent, data: {messages: \"${ . }\"}}]",
            "[{\"role\": \"camel\", \"content\": \"x\"}]");
    assertTrue(told.startsWith("ask agent.invalid-messages: message 1 has none"), told);
  }

  @Test
  void anAgentWithToolsTakesPartInAPattern() throws Exception {
    calls(last("Camels"), "add", "{\"a\": 2, \"b\": 2}");
    model.on(last("4"), question -> "4 legs");
    String told =
        trial.result(
            """
            blocks:
            - id: team
              type: sequential
              data:
                task: Camels
                agents:
                - id: counter
                  system_prompt: You count.
                  tools:
                  - {name: add, type: transform, data: {value: "${ .a + .b }"}}
            """,
            "1");
    assertTrue(told.contains("\"final_result\":\"4 legs\""), told);
  }

  @Test
  void whatIsWrongWithAToolIsSaidWhereItStands() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        """
                        blocks:
                        - id: a
                          type: agent
                          data:
                            tools:
                            - {name: one, type: transform}
                            - {name: two}
                            - {name: one, type: transform, data: {value: 1}}
                            - {name: three, typ: transform}
                        - id: b
                          type: agent
                          data: {tools: [{name: x, type: transform, design: y, data: {value: 1}}]}
                        - id: c
                          type: agent
                          data: {tools: [{name: x, type: htp}], max_steps: 0}
                        - id: d
                          type: agent
                          data: {tools: [{name: x, parameters: {type: 7}}, {name: x}]}
                        """,
                        "1"))
            .getMessage();
    assertTrue(told.contains("\"value\" is missing"), told);
    assertTrue(told.contains("block of id \"one\" is there already"), told);
    assertTrue(told.contains("\"typ\""), told);
    assertTrue(told.contains(" tool has a type or a design, not both"), told);
    assertTrue(told.contains("id you mean \"http\"?"), told);
    assertTrue(told.contains("\"max_steps\" is from 1 to 1000"), told);
    assertTrue(told.contains("parameters are not of type object"), told);
    assertFalse(told.contains("graph.cycle"), told);
  }

  @Test
  void aToolIsNotCalledModelAsTheQuestionsAre() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        HELPER + "    - {name: model, type: transform, data: {value: 1}}\n", "1"))
            .getMessage();
    assertTrue(told.contains("block of id \"model\" is there already, at test.yaml:16"), told);
  }

  @Test
  void noSecretIsInWhatIsRecorded() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        HELPER.replace("You calculate.", "\"Say ${ $secrets.token }\""), "1"))
            .getMessage();
    assertTrue(told.contains("ystem_prompt\" reads a secret"), told);
  }

  @Test
  void aToolThatIsNoBlockCannotStandBesideOnesThatAre() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () -> trial.result(HELPER + "    - {name: guess}\n", "1"))
            .getMessage();
    assertTrue(told.contains("he tool \"guess\" is neither a block nor a design"), told);
  }
}
