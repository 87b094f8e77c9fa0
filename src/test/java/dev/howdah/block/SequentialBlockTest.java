package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SequentialBlockTest {
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

  @Test
  void eachWorksOnWhatTheOneBeforeCameTo() throws Exception {
    var outcome =
        trial.run(
            """
            blocks:
            - id: chain
              type: sequential
              data:
                label: A chain
                rounds: 1
                agents:
                - {id: more, name: Adder, type: flaky, failures: 1, value: "${ . + 1 }"}
                - {id: twice, type: transform, data: {value: "${ . * 2 }"}}
            """,
            "3");
    assertEquals(
        "{\"steps\":[{\"agent\":\"more\",\"name\":\"Adder\",\"output\":4},{\"agent\":\"twice\",\"output\":8}],"
            + "\"final_result\":8}",
        Trial.told(outcome));
    assertTrue(outcome.rows().step("chain/more", 2).isPresent());
    assertTrue(outcome.rows().step("chain/twice", 1).isPresent());
  }

  @Test
  void aTaskThatIsWrittenOutComesWithTheInput() throws Exception {
    String result =
        trial.result(
            """
            blocks:
            - id: chain
              type: sequential
              data:
                task: Count the words
                participants:
                - {id: first, type: transform, value: "${ [.task, .input, .prompt] }"}
            """,
            "\"three little words\"");
    assertTrue(
        result.endsWith(
            "\"final_result\":[\"Count the words\",\"three little words\",\"Count the words\\n\\nThis is the"
                + " input:\\nthree little words\"]}"),
        result);
  }

  @Test
  void failsWithTheFirstWhoFails() throws Exception {
    assertEquals(
        "chain flaky.failed: attempt 1 failed",
        trial.result(
            """
            blocks:
            - id: chain
              type: sequential
              data:
                agents:
                - {id: a, type: flaky, failures: 9, forGood: true}
                - {id: b, type: flaky}
            """,
            "3"));
  }

  @Test
  void failsWithoutATask() throws Exception {
    assertTrue(
        trial
            .result(
                """
                blocks:
                - id: chain
                  type: sequential
                  data:
                    agents:
                    - {id: a, type: flaky}
                """,
                "null")
            .startsWith("chain pattern.no-task"));
  }

  @Test
  void refusesWhatCannotWork() {
    String told =
        problems(
            """
            blocks:
            - {id: nobody, type: sequential, data: {task: Go}}
            - id: twice
              type: sequential
              data:
                agents: [{id: a, type: transform, value: 1}]
                participants: [{id: b, type: transform, value: 1}]
            - id: same
              type: sequential
              data:
                rounds: 0
                agents: [{id: c, type: transform, value: 1}, {id: c, type: transform, value: 1}]
            - id: odd
              type: sequential
              data:
                context: {nobody: x}
                agents: [{id: d, type: transform, value: 1, role: manger}]
            """);
    assertTrue(told.contains("obody takes part"), told);
    assertTrue(told.contains("\"agents\" and participants are the same"), told);
    assertTrue(told.contains(" block of id \"c\" is there already"), told);
    assertTrue(told.contains("\"rounds\" is from 1 to 100"), told);
    assertTrue(told.contains("here is no role \"manger\""), told);
    assertTrue(told.contains("\"nobody\" is told something, but does not take part"), told);
  }

  @Test
  void participantsOfDifferentBlocksMayShareAnId() throws Exception {
    assertEquals(
        "{\"steps\":[{\"agent\":\"agent-1\",\"output\":20}],\"final_result\":20}",
        trial.result(
            """
            blocks:
            - id: one
              type: sequential
              data:
                agents: [{id: agent-1, type: flaky, failures: 1, value: "${ . * 2 }"}]
            - id: two
              type: sequential
              data:
                task: ${ .final_result }
                agents: [{id: agent-1, type: flaky, failures: 1, value: "${ . * 10 }"}]
            """,
            "1"));
  }
}
