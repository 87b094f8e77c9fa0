package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReflectionBlockTest {
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
      - id: review
        type: reflection
        data:
          rounds: 3
          agents:
          - {id: critic, role: reflector, type: flaky, failures: 1, value: "${ VERDICT }"}
          - {id: writer, type: flaky, value: "${ if .previous then .previous + (.critiques | length) else .task end }"}
      """;

  private static String design(String verdict) {
    return DESIGN.replace("VERDICT", verdict.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  @Test
  void goesRoundUntilItIsAccepted() throws Exception {
    var outcome = trial.run(design("{accepted: (.output > 5), feedback: \"more\"}"), "5");
    assertEquals(
        "{\"iterations\":["
            + "{\"round\":1,\"agent\":\"writer\",\"output\":5,\"accepted\":false,"
            + "\"critiques\":[{\"agent\":\"critic\",\"accepted\":false,\"feedback\":\"more\"}]},"
            + "{\"round\":2,\"agent\":\"writer\",\"output\":6,\"accepted\":true,"
            + "\"critiques\":[{\"agent\":\"critic\",\"accepted\":true,\"feedback\":\"more\"}]}],"
            + "\"final_result\":6}",
        Trial.told(outcome));
    assertTrue(outcome.rows().step("review#2/critic", 2).isPresent());
  }

  @Test
  void endsWhenTheRoundsAreSpent() throws Exception {
    String result = trial.result(design("false"), "5");
    assertTrue(result.endsWith("\"final_result\":7}"), result);
  }

  @Test
  void aVerdictIsUnderstoodInManyForms() throws Exception {
    for (String verdict :
        new String[] {
          "true",
          "{approved: true}",
          "{accepted: \"yes\"}",
          "\"```json\\n{\\\"accepted\\\": true, \\\"feedback\\\": \\\"well done\\\"}\\n```\"",
          "\"My verdict: {\\\"accept\\\": true}.\""
        }) {
      String result = trial.result(design(verdict), "5");
      assertTrue(result.endsWith("\"final_result\":5}"), verdict + " gave " + result);
    }
  }

  @Test
  void plainWordsAreFeedbackAndDoNotAccept() throws Exception {
    String result =
        trial.result(design("\"it is too short\"").replace("rounds: 3", "rounds: 1"), "5");
    assertTrue(result.contains("\"accepted\":false,\"feedback\":\"it is too short\""), result);
  }

  @Test
  void severalCriticsMustAllAccept() throws Exception {
    String result =
        trial.result(
            design("true")
                + """
                #    - {id: second, type: flaky, value: "${ .output > 5 }"}
                """
                    .replace("#", ""),
            "5");
    // Both critiques count, so the writer adds 2.
    assertTrue(result.endsWith("\"final_result\":7}"), result);
  }

  @Test
  void failsWithACriticThatFails() throws Exception {
    assertEquals(
        "review flaky.failed: attempt 1 failed",
        trial.result(design("true").replace("failures: 1", "failures: 9, forGood: true"), "5"));
  }

  @Test
  void refusesCriticsWithoutAGenerator() {
    String told = problems(design("true").replace("id: writer,", "id: writer, role: critic,"));
    assertTrue(told.contains("nobody produces anything"), told);
  }
}
