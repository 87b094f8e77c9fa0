package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HierarchicalBlockTest {
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

  /** The manager delegates as ANSWER says and, once there are results, adds them up. */
  private static final String DESIGN =
      """
      blocks:
      - id: team
        type: hierarchical
        data:
          agents:
          - id: boss
            role: manager
            type: flaky
            value: "${ if .worker_results then [.worker_results[].output] | add else ANSWER end }"
          - {id: adder, name: Ada, type: flaky, failures: 1, value: "${ .task + 1 }"}
          - {id: doubler, role: worker, type: transform, value: "${ .task * 2 }"}
      """;

  private static String design(String answer) {
    return DESIGN.replace("ANSWER", answer.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  private static final String EXPECTED =
      "{\"delegation\":[{\"worker\":\"adder\",\"task\":5},{\"worker\":\"doubler\",\"task\":7},"
          + "{\"worker\":\"adder\",\"task\":6}],"
          + "\"worker_results\":[{\"agent\":\"adder\",\"name\":\"Ada\",\"output\":6,\"task\":5},"
          + "{\"agent\":\"doubler\",\"output\":14,\"task\":7},"
          + "{\"agent\":\"adder\",\"name\":\"Ada\",\"output\":7,\"task\":6}],\"final_result\":27}";

  @Test
  void theManagerDelegatesAndPutsTogether() throws Exception {
    var outcome =
        trial.run(
            design(
                "{subtasks: [{worker: \"adder\", task: 5}, {worker: \"doubler\", task: 7}, {worker: \"Ada\", task: 6}]}"),
            "1");
    assertEquals(EXPECTED, Trial.told(outcome));
    assertTrue(outcome.rows().step("team#1/boss", 1).isPresent());
    assertTrue(outcome.rows().step("team[2]/adder", 2).isPresent());
    assertTrue(outcome.rows().step("team#3/boss", 1).isPresent());
  }

  @Test
  void aDelegationInTextIsUnderstood() throws Exception {
    assertEquals(
        EXPECTED,
        trial.result(
            design(
                "\"Here:\\n```json\\n[{\\\"agent\\\": \\\"adder\\\", \\\"subtask\\\": 5}, {\\\"agent\\\": \\\"doubler\\\","
                    + " \\\"subtask\\\": 7}, {\\\"agent\\\": \\\"adder\\\", \\\"subtask\\\": 6}]\\n```\""),
            "1"));
  }

  @Test
  void anUnknownWorkerIsToldToTheManagerOnce() throws Exception {
    String asked = "[{worker: (if .problem then \"adder\" else \"Bob\" end), task: 5}]";
    var outcome = trial.run(design(asked), "1");
    assertTrue(Trial.told(outcome).endsWith("\"final_result\":6}"), Trial.told(outcome));
    assertTrue(outcome.rows().step("team#2/boss", 1).isPresent());
  }

  @Test
  void anUnknownWorkerFailsTheSecondTime() throws Exception {
    assertEquals(
        "team hierarchical.unknown-worker: the manager gave a subtask to \"Bob\", who is none of the"
            + " workers adder, doubler",
        trial.result(design("[{worker: \"Bob\", task: 5}]"), "1"));
  }

  @Test
  void noSubtasksAreAFailureAndNoEmptySuccess() throws Exception {
    assertEquals(
        "team hierarchical.no-delegation: the manager's answer names no subtasks: []",
        trial.result(design("[]"), "1"));
    assertTrue(
        trial
            .result(design("\"I would rather not\""), "1")
            .startsWith("team hierarchical.no-delegation"));
  }

  @Test
  void aWorkerThatFailsFailsTheTeam() throws Exception {
    assertEquals(
        "team flaky.failed: attempt 1 failed",
        trial.result(
            design("{adder: 5}").replace("failures: 1", "failures: 9, forGood: true"), "1"));
  }

  @Test
  void refusesAManagerWithoutWorkers() {
    String told =
        problems(
            """
            blocks:
            - id: team
              type: hierarchical
              data:
                agents: [{id: boss, type: transform, value: 1}]
            """);
    assertTrue(told.contains("1 take part where at least 2 are needed"), told);
  }
}
