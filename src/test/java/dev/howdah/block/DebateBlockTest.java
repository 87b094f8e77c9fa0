package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DebateBlockTest {
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
      - id: panel
        type: debate
        data:
          rounds: 2
          agents:
          - {id: pro, type: flaky, failures: 1, value: "${ \\"pro \\\\(.round), heard \\\\(.debate | length)\\" }"}
          - {id: con, type: transform, value: "${ \\"con \\\\(.round), heard \\\\(.debate[-1].output)\\" }"}
          - {id: chair, role: moderator, type: flaky, value: "${ .debate[-1].agent }"}
      """;

  @Test
  void everybodySeesTheWholeDebateSoFar() throws Exception {
    var outcome = trial.run(DESIGN, "\"Cats or dogs?\"");
    assertEquals(
        "{\"debate_history\":["
            + "{\"round\":1,\"agent\":\"pro\",\"output\":\"pro 1, heard 0\"},"
            + "{\"round\":1,\"agent\":\"con\",\"output\":\"con 1, heard pro 1, heard 0\"},"
            + "{\"round\":2,\"agent\":\"pro\",\"output\":\"pro 2, heard 2\"},"
            + "{\"round\":2,\"agent\":\"con\",\"output\":\"con 2, heard pro 2, heard 2\"}],"
            + "\"verdict\":\"con\"}",
        Trial.told(outcome));
    assertTrue(outcome.rows().step("panel#2/pro", 2).isPresent());
    assertTrue(outcome.rows().step("panel/chair", 1).isPresent());
  }

  @Test
  void theModeratorMayBeMissing() throws Exception {
    String result =
        trial.result(DESIGN.substring(0, DESIGN.indexOf("    - {id: chair")), "\"Cats or dogs?\"");
    assertTrue(result.endsWith("\"verdict\":null}"), result);
  }

  @Test
  void failsWithASpeakerThatFails() throws Exception {
    assertEquals(
        "panel flaky.failed: attempt 1 failed",
        trial.result(DESIGN.replace("failures: 1", "failures: 9, forGood: true"), "\"?\""));
  }

  @Test
  void refusesAModeratorAloneAndTooManyRounds() {
    String told =
        problems(
            """
            blocks:
            - id: panel
              type: debate
              data:
                agents: [{id: chair, role: moderator, type: transform, value: 1}]
            - id: endless
              type: debate
              data:
                rounds: 101
                agents: [{id: a, type: transform, value: 1}]
            """);
    assertTrue(told.contains("1 take part where at least 2 are needed"), told);
    assertTrue(told.contains("\"rounds\" is from 1 to 100"), told);
  }
}
