package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoutingBlockTest {
  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  private static String problems(String design) {
    return assertThrows(InvalidDesignException.class, () -> trial.result(design, "1")).getMessage();
  }

  private static final String DESIGN =
      """
      blocks:
      - id: desk
        type: routing
        data:
          agents:
          - id: front
            role: manager
            type: flaky
            value: "${ ANSWER }"
          - {id: billing, name: Billing, type: flaky, failures: 1, value: "${ \\"billed \\\\(.task)\\" }"}
          - {id: technical, role: specialist, type: transform, value: "${ \\"fixed \\\\(.task)\\" }"}
      """;

  private static String design(String answer) {
    return DESIGN.replace("ANSWER", answer.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  @Test
  void thoseChosenRun() throws Exception {
    var outcome =
        trial.run(design("{selected: [\"technical\", \"Billing\"], reason: \"both\"}"), "\"it\"");
    assertEquals(
        "{\"routing_decision\":{\"selected\":[\"technical\",\"Billing\"],\"reason\":\"both\"},"
            + "\"selected_agents\":[\"technical\",\"billing\"],"
            + "\"results\":[{\"agent\":\"technical\",\"output\":\"fixed it\"},"
            + "{\"agent\":\"billing\",\"name\":\"Billing\",\"output\":\"billed it\"}]}",
        Trial.told(outcome));
    assertTrue(outcome.rows().step("desk#1/front", 1).isPresent());
    assertTrue(outcome.rows().step("desk/billing", 2).isPresent());
  }

  @Test
  void aDecisionIsUnderstoodInManyForms() throws Exception {
    for (String answer :
        new String[] {
          "\"technical\"",
          "[\"technical\"]",
          "{agent: \"technical\"}",
          "\"I say ```json\\n{\\\"selected_agents\\\": [\\\"technical\\\"]}\\n```\"",
          "\"Let us take {\\\"specialist\\\": \\\"Technical\\\"}.\""
        }) {
      String result = trial.result(design(answer), "\"it\"");
      assertTrue(
          result.endsWith(
              "\"selected_agents\":[\"technical\"],\"results\":[{\"agent\":\"technical\",\"output\":\"fixed it\"}]}"),
          answer + " gave " + result);
    }
  }

  @Test
  void anUnknownSpecialistIsToldToTheRouterOnce() throws Exception {
    var outcome = trial.run(design("if .problem then \"billing\" else \"legal\" end"), "\"it\"");
    assertTrue(Trial.told(outcome).contains("billed it"), Trial.told(outcome));
    assertTrue(outcome.rows().step("desk#2/front", 1).isPresent());
  }

  @Test
  void anUnknownSpecialistFailsTheSecondTime() throws Exception {
    assertEquals(
        "desk routing.unknown-specialist: \"legal\" was chosen, who is none of the specialists billing,"
            + " technical",
        trial.result(design("\"legal\""), "\"it\""));
    assertTrue(trial.result(design("[]"), "\"it\"").startsWith("desk routing.no-choice"));
  }

  private static final String SELECT =
      """
      blocks:
      - id: desk
        type: routing
        data:
          task: ${ .what }
          select: ${ .who }
          agents:
          - {id: billing, type: flaky, value: "${ \\"billed \\\\(.task)\\" }"}
          - {id: technical, type: transform, value: "${ \\"fixed \\\\(.task)\\" }"}
      """;

  @Test
  void anExpressionMayDecide() throws Exception {
    assertEquals(
        "{\"routing_decision\":{\"selected\":[\"billing\"]},\"selected_agents\":[\"billing\"],"
            + "\"results\":[{\"agent\":\"billing\",\"output\":\"billed it\"}]}",
        trial.result(SELECT, "{\"who\": \"billing\", \"what\": \"it\"}"));
    assertTrue(
        trial
            .result(SELECT, "{\"who\": \"legal\", \"what\": \"it\"}")
            .startsWith("desk routing.unknown-specialist"));
  }

  @Test
  void refusesTwoWhoDecideAndNobodyToChooseFrom() {
    String told = problems(SELECT.replace("id: billing,", "id: billing, role: router,"));
    assertTrue(told.contains("\"select\" picks, and \"billing\" has the role to pick"), told);
    String alone =
        problems(
            """
            blocks:
            - id: desk
              type: routing
              data:
                agents: [{id: front, type: transform, value: 1}]
            """);
    assertTrue(alone.contains("1 take part where at least 2 are needed"), alone);
  }

  @Test
  void failsWithASpecialistThatFails() throws Exception {
    assertEquals(
        "desk flaky.failed: attempt 1 failed",
        trial.result(
            design("\"billing\"").replace("failures: 1", "failures: 9, forGood: true"), "\"it\""));
  }
}
