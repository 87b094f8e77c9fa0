package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.json.Json;
import dev.howdah.store.StepStatus;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.agent.AgentDefaults;
import dev.howdah.worker.agent.ScriptedModel;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentBlockTest {
  private static final String ASK =
      """
      blocks:
      - id: ask
        type: agent
        data:
          name: Camel expert
          description: Knows camels
          system_prompt: You know camels.
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

  @Test
  void answersItsInputAndRecordsWhatItTook() throws Exception {
    model.on(List.of("You know camels.", "How many legs?"), "Four.");
    var outcome = trial.run(ASK, "\"How many legs?\"");
    assertEquals("\"Four.\"", Trial.told(outcome));
    JsonNode state = outcome.rows().step("ask", 1).orElseThrow().state().orElseThrow();
    assertEquals(
        "{\"meta\":{\"model\":\"small\",\"input_tokens\":6,\"output_tokens\":1}}",
        Json.write(state));
    assertEquals("Bearer sk-default", model.questions().get(0).headers().get("Authorization"));
  }

  @Test
  void whatIsNullOrEmptyIsAsIfItWasLeftOut() throws Exception {
    model.on(List.of("You know camels.", "How many legs?"), "Four.");
    String empty =
        """
        #    prompt: null
        #    temperature: null
        #    max_tokens: null
        #    schema: null
        #    messages: null
        #    max_steps: null
        """
            .replace("#", "");
    assertEquals(
        "\"Four.\"",
        trial.result(ASK + empty + "    model: null\n    tools: null\n", "\"How many legs?\""));
    assertEquals(
        "\"Four.\"",
        trial.result(ASK + empty + "    model: ''\n    tools: []\n", "\"How many legs?\""));
    JsonNode question = model.questions().get(0).body();
    assertEquals("small", question.get("model").asText());
    assertTrue(!question.has("temperature") && !question.has("tools"), question.toString());
  }

  @Test
  void thePromptIsATemplateOrAFieldOrAllOfTheInput() throws Exception {
    model.on(q -> true, ScriptedModel.Question::last);
    assertEquals("\"the field\"", trial.result(ASK, "{\"prompt\": \"the field\", \"n\": 1}"));
    assertEquals("\"{\\\"n\\\":1}\"", trial.result(ASK, "{\"n\": 1}"));
    String template = ASK + "    prompt: Tell me about ${ .n } things\n";
    assertEquals("\"Tell me about 2 things\"", trial.result(template, "{\"n\": 2}"));
  }

  @Test
  void aSchemaMakesTheOutputJson() throws Exception {
    model.on(List.of("How many legs?"), "```json\n{\"legs\": 4}\n```");
    String schema =
        ASK + "    schema: {type: object, properties: {legs: {type: integer}}, required: [legs]}\n";
    assertEquals("{\"legs\":4}", trial.result(schema, "\"How many legs?\""));
    String other = schema.replace("integer", "string");
    String failed = trial.result(other, "\"How many legs?\"");
    assertTrue(failed.startsWith("ask agent.not-in-schema"), failed);
  }

  @Test
  void anAnswerThatDoesNotFitIsAskedForOnceMore() throws Exception {
    model.on(List.of("cannot be used", "/legs"), "```\n{\"legs\": 4}\n```");
    model.on(List.of("How many legs?"), "{\"legs\": \"four\"}");
    String schema =
        ASK + "    schema: {type: object, properties: {legs: {type: integer}}, required: [legs]}\n";
    var outcome = trial.run(schema, "\"How many legs?\"");
    assertEquals("{\"legs\":4}", Trial.told(outcome));
    JsonNode meta = outcome.rows().step("ask", 1).orElseThrow().state().orElseThrow().get("meta");
    // Both answers count: {"legs": "four"} and the three lines of the other.
    assertEquals(6, meta.get("output_tokens").asInt(), meta::toString);
    String asked = model.questions().get(0).text();
    assertTrue(
        meta.get("input_tokens").asInt() > asked.strip().split("\\s+").length, meta::toString);
    assertTrue(outcome.rows().step("ask", 2).isEmpty());
  }

  @Test
  void anAnswerThatStillDoesNotFitFailsAndSaysWhat() throws Exception {
    model.on(List.of("How many legs?"), "Four, of course.");
    var outcome = trial.run(ASK + "    schema: {type: integer}\n", "\"How many legs?\"");
    String told = Trial.told(outcome);
    assertTrue(told.startsWith("ask agent.not-json"), told);
    assertTrue(told.contains("Four, of course."), told);
    assertTrue(outcome.rows().step("ask", 2).isEmpty());
  }

  @Test
  void isTriedAgainWhenTheModelIsBusy() throws Exception {
    model.on(
        q -> q.headers().get("Idempotency-Key").endsWith(":1"),
        Integer.MAX_VALUE,
        ScriptedModel.refusal(429, "rate_limit_exceeded", "slow down", "Retry-After", "3"));
    model.on(q -> true, q -> "Four.");
    var outcome = trial.run(ASK, "\"How many legs?\"");
    assertEquals("\"Four.\"", Trial.told(outcome));
    assertEquals(StepStatus.RETRIED, outcome.rows().step("ask", 1).orElseThrow().status());
    assertTrue(outcome.rows().step("ask", 2).isPresent());
  }

  @Test
  void isNotTriedAgainWithAWrongKey() throws Exception {
    model.on(q -> true, 99, ScriptedModel.refusal(401, "invalid_api_key", "who are you?"));
    var outcome = trial.run(ASK, "\"How many legs?\"");
    assertTrue(Trial.told(outcome).startsWith("ask agent.unauthorized"), Trial.told(outcome));
    assertTrue(outcome.rows().step("ask", 2).isEmpty());
  }

  @Test
  void aModelThatDoesNotAnswerTimesOut() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    model.on(
        q -> true,
        99,
        (q, wire) -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    String result =
        trial.result(
            ASK.replace("  data:", "  timeout: 50ms\n  retry: {maxAttempts: 1}\n  data:"), "\"?\"");
    assertTrue(result.startsWith("ask block.timeout"), result);
  }

  @Test
  void theDefaultKeyGoesToTheDefaultAddressOnly() throws Exception {
    model.on(q -> true, q -> q.headers().getOrDefault("Authorization", "none"));
    String elsewhere = ASK + "    base_url: http://127.0.0.1:" + model.url().getPort() + "/v1/\n";
    assertEquals("\"none\"", trial.result(elsewhere, "\"?\""));
    assertEquals(
        "\"Bearer s3cret\"",
        trial.result(elsewhere + "    api_key: ${ $secrets.token }\n", "\"?\""));
  }

  @Test
  void needsAnAddressAndAModel() throws Exception {
    try (AgentCaller lost =
            new AgentCaller(AgentDefaults.NONE, Addresses.ofServices(), Clock.systemUTC());
        Trial alone = new Trial(lost)) {
      assertTrue(alone.result(ASK, "\"?\"").startsWith("ask agent.no-url"));
      assertTrue(
          alone
              .result(ASK + "    base_url: http://localhost:1/v1\n", "\"?\"")
              .startsWith("ask agent.no-model"));
    }
  }

  @Test
  void refusesWhatCannotWork() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        """
                        blocks:
                        - {id: a, type: agent, data: {temperature: 3}}
                        - {id: b, type: agent, data: {max_tokens: 0}}
                        - {id: c, type: agent, data: {schema: {type: 7}}}
                        - {id: d, type: agent, data: {base_url: "ftp://x"}}
                        - {id: e, type: agent, data: {api_key: sk-written-out}}
                        - {id: f, type: agent, data: {systemPrompt: x}}
                        """,
                        "1"))
            .getMessage();
    assertTrue(told.contains("\"temperature\" is from 0 to 2"), told);
    assertTrue(told.contains("\"max_tokens\" is at least 1"), told);
    assertTrue(told.contains("he schema is wrong here"), told);
    assertTrue(told.contains("is no http address"), told);
    assertTrue(told.contains("\"api_key\" is written out"), told);
    assertTrue(told.contains("id you mean \"system_prompt\"?"), told);
  }

  @Test
  void agentsWorkTogether() throws Exception {
    model.on(
        List.of("You lead these workers", "- poet: Rhymes"), "{\"poet\": \"a line on camels\"}");
    model.on(List.of("You are a poet", "a line on camels"), "Humps and bumps.");
    model.on(
        List.of("have done what you gave them", "Humps and bumps."), "Behold: Humps and bumps.");
    String result =
        trial.result(
            """
            blocks:
            - id: team
              type: hierarchical
              data:
                task: Write on ${ . }
                agents:
                - {id: boss, role: manager, system_prompt: You lead.}
                - {id: poet, role: worker, description: Rhymes, system_prompt: You are a poet.}
            """,
            "\"camels\"");
    assertTrue(result.endsWith("\"final_result\":\"Behold: Humps and bumps.\"}"), result);
  }
}
