package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ValidateBlockTest {
  private static final String CHECK =
      """
      blocks:
      - id: check
        type: validate
        data:
          schema:
            type: object
            required: [id]
            properties:
              id: {type: string, minLength: 2}
              lines: {type: array, items: {type: integer, minimum: 1}}
      """;

  private final Trial trial = new Trial();

  @AfterEach
  void stop() {
    trial.close();
  }

  @Test
  void whatFitsIsGivenOnAsItIs() throws Exception {
    String fits = "{\"id\":\"o-7\",\"lines\":[1,2],\"more\":null}";
    assertEquals(fits, trial.result(CHECK, fits));
  }

  @Test
  void everyPlaceThatDoesNotFitIsNamedAndItIsNotTriedAgain() throws Exception {
    var outcome = trial.run(CHECK, "{\"id\": \"o\", \"lines\": [1, 0, \"x\"]}");
    String told = Trial.told(outcome);
    assertTrue(told.startsWith("check validate.misfit"), told);
    for (String place : new String[] {"/id", "/lines/1", "/lines/2"}) {
      assertTrue(told.contains(place), told);
    }
    assertTrue(outcome.rows().step("check", 2).isEmpty());
  }

  @Test
  void anotherValueThanTheInputCanBeChecked() throws Exception {
    String part = CHECK + "    value: ${ .order }\n";
    String input = "{\"order\":{\"id\":\"o-7\"}}";
    assertEquals(input, trial.result(part, input));
    assertTrue(trial.result(part, "{\"id\": \"o-7\"}").startsWith("check validate.misfit"));
  }

  @Test
  void whatDoesNotFitTakesTheErrorConnection() throws Exception {
    String caught =
        """
        - {id: good, type: transform, data: {value: "${ .id }"}}
        - {id: bad, type: transform, data: {value: "${ .blame } ${ .retryable }"}}
        connections:
        - {source: check, target: good}
        - {source: check, target: bad, on: error}
        """;
    assertEquals("\"o-7\"", trial.result(CHECK + caught, "{\"id\": \"o-7\"}"));
    assertEquals("\"caller false\"", trial.result(CHECK + caught, "{}"));
  }
}
