package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ParallelBlockTest {
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
      - id: all
        type: parallel
        data:
          agents:
          - {id: plus, type: flaky, failures: 1, value: "${ .task + 1 }"}
          - {id: times, type: transform, value: "${ .task * 10 }"}
      """;

  @Test
  void allWorkOnTheSameTask() throws Exception {
    assertEquals(
        "{\"individual_results\":[{\"agent\":\"plus\",\"output\":4},{\"agent\":\"times\",\"output\":30}],"
            + "\"aggregated_result\":null}",
        trial.result(DESIGN, "3"));
  }

  @Test
  void anAggregatorPutsTheResultsTogether() throws Exception {
    assertEquals(
        "{\"individual_results\":[{\"agent\":\"plus\",\"output\":4},{\"agent\":\"times\",\"output\":30}],"
            + "\"aggregated_result\":34}",
        trial.result(
            DESIGN
                + """
                #    - {id: sum, role: aggregator, type: flaky, value: "${ [.individual_results[].output] | add }"}
                """
                    .replace("#", ""),
            "3"));
  }

  @Test
  void failsWhenOneOfThemFails() throws Exception {
    assertEquals(
        "all flaky.failed: attempt 1 failed",
        trial.result(DESIGN.replace("failures: 1", "failures: 9, forGood: true"), "3"));
  }

  @Test
  void refusesTwoAggregatorsAndAnAggregatorAlone() {
    String two =
        DESIGN
            .replace("id: plus,", "id: plus, role: aggregator,")
            .replace("id: times,", "id: times, role: manager,");
    assertTrue(problems(two).contains("\"plus\" is aggregator already"), problems(two));
    String alone =
        """
        blocks:
        - id: all
          type: parallel
          data:
            agents: [{id: sum, role: aggregator, type: transform, value: 1}]
        """;
    assertTrue(
        problems(alone).contains("1 take part where at least 2 are needed"), problems(alone));
  }
}
