package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.engine.flow.RecordedStep;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoopBlockTest {
  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  @Test
  void worksOnItemsInOrderOneAfterTheOther() throws Exception {
    var outcome =
        trial.run(
            """
            blocks:
            - id: each
              type: loop
              data:
                items: ${ .names }
                blocks:
                - {id: greet, type: flaky, data: {failures: 1, value: "${ $index } ${ $item }"}}
                - {id: shout, type: transform, data: {value: "${ ascii_upcase }"}}
            """,
            "{\"names\": [\"ann\", \"bob\", \"cy\"]}");
    assertEquals("[\"0 ANN\",\"1 BOB\",\"2 CY\"]", Trial.told(outcome));
    assertEquals(
        List.of("each#1/greet", "each#2/greet", "each#3/greet"),
        outcome.rows().steps().stream()
            .map(RecordedStep::path)
            .filter(path -> path.endsWith("greet"))
            .distinct()
            .toList());
  }

  @Test
  void repeatsANumberOfTimesOnTheResultOfTheRoundBefore() throws Exception {
    String design =
        """
        blocks:
        - id: double
          type: loop
          data:
            times: ${ .n }
            blocks:
            - {id: twice, type: transform, data: {value: {n: "${ .n * 2 }", round: "${ $index }"}}}
        """;
    assertEquals("{\"n\":24,\"round\":2}", trial.result(design, "{\"n\": 3}"));
    assertEquals("{\"n\":0}", trial.result(design, "{\"n\": 0}"));
  }

  @Test
  void repeatsWhileAConditionHolds() throws Exception {
    String design =
        """
        blocks:
        - id: limit
          type: transform
          data: {value: "${ . }"}
        - id: grow
          type: loop
          data:
            while: ${ . < $input + $blocks.limit and $index < 5 }
            blocks:
            - {id: nap, type: sleep, data: {duration: 10s}}
            - {id: more, type: transform, data: {value: "${ . + 3 }"}}
        """;
    assertEquals("22", trial.result(design, "10"));
    assertEquals("115", trial.result(design, "100"));
    assertEquals("-1", trial.result(design, "-1"));
  }

  @Test
  void aLoopInALoopHasPathsOfItsOwn() throws Exception {
    var outcome =
        trial.run(
            """
            blocks:
            - id: rows
              type: loop
              data:
                items: ${ . }
                blocks:
                - id: cells
                  type: loop
                  data:
                    items: ${ . }
                    blocks:
                    - {id: add, type: flaky, data: {value: "${ . + 1 }"}}
            """,
            "[[1, 2], [], [3]]");
    assertEquals("[[2,3],[],[4]]", Trial.told(outcome));
    assertTrue(outcome.rows().step("rows#1/cells#2/add", 1).isPresent());
    assertTrue(outcome.rows().step("rows#3/cells#1/add", 1).isPresent());
  }

  @Test
  void whatIsInsideOtherBlocksSeesTheItemOfTheRound() throws Exception {
    String design =
        """
        blocks:
        - id: each
          type: loop
          data:
            items: ${ . }
            blocks:
            - {id: double, type: transform, data: {value: "${ . * 2 }"}}
            - id: safely
              type: try
              data:
                blocks:
                - id: both
                  type: parallel
                  data:
                    agents:
                    - {id: seen, type: flaky, value: "${ [$item, $index] }"}
                - {id: all, type: flaky, data: {value: "${ [$item, $index, .individual_results[0].output] }"}}
        """;
    assertEquals("[[5,0,[5,0]],[6,1,[6,1]]]", trial.result(design, "[5, 6]"));
    assertEquals(
        "[[5,0,[5,0]],[6,1,[6,1]]]",
        trial.result(design.replace("type: loop", "type: split"), "[5, 6]"));
  }

  @Test
  void failsWithTheRoundThatFails() throws Exception {
    String result =
        trial.result(
            """
            blocks:
            - id: each
              type: loop
              data:
                items: ${ . }
                blocks:
                - {id: check, type: transform, data: {value: "${ if . == 3 then error(\\"no three\\") else . end }"}}
            """,
            "[1, 2, 3, 4]");
    assertTrue(result.startsWith("each expression.failed: "), result);
    assertTrue(result.contains("no three"), result);
  }

  @Test
  void failsWhenAllRoundsTogetherTakeTooLong() throws Exception {
    String design =
        """
        blocks:
        - id: on
          type: loop
          timeout: TIMEOUT
          data:
            times: 4
            blocks:
            - {id: nap, type: sleep, data: {duration: 10s}}
        - {id: late, type: transform, data: {value: "${ .code }"}}
        - {id: done, type: transform, data: {value: "done"}}
        connections:
        - {source: on, target: done}
        - {source: on, target: late, on: error}
        """;
    assertEquals("\"done\"", trial.result(design.replace("TIMEOUT", "41s"), "1"));
    assertEquals("\"block.timeout\"", trial.result(design.replace("TIMEOUT", "39s"), "1"));
  }

  @Test
  void refusesMoreRoundsThanAllowed() throws Exception {
    String design =
        """
        blocks:
        - id: on
          type: loop
          data:
            while: ${ true }
            max: 3
            blocks:
            - {id: more, type: transform, data: {value: "${ . + 1 }"}}
        """;
    assertEquals(
        "on loop.too-many-rounds: 4 rounds are more than max allows, which is 3",
        trial.result(design, "0"));
    assertEquals(
        "on loop.too-many-rounds: 4 rounds are more than max allows, which is 3",
        trial.result(design.replace("while: ${ true }", "items: ${ . }"), "[1, 2, 3, 4]"));
  }

  @Test
  void refusesWhatIsNoListOrNoNumber() throws Exception {
    String design =
        """
        blocks:
        - id: on
          type: loop
          data:
            items: ${ . }
            blocks:
            - {id: same, type: transform, data: {value: "${ . }"}}
        """;
    assertTrue(trial.result(design, "5").startsWith("on loop.not-a-list"));
    assertTrue(
        trial
            .result(design.replace("items", "times"), "2.5")
            .startsWith("on loop.times: times is 2.5"));
  }

  @Test
  void refusesAnAmbiguousConfiguration() {
    InvalidDesignException wrong =
        assertThrows(
            InvalidDesignException.class,
            () ->
                trial.result(
                    """
                    blocks:
                    - id: on
                      type: loop
                      data:
                        items: ${ . }
                        times: 3
                        blocks: []
                    """,
                    "5"));
    String told = wrong.getMessage();
    assertTrue(told.contains("A loop has one of items, times and while"), told);
    assertTrue(told.contains("\"blocks\" is empty"), told);
  }
}
