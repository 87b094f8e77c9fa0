package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.engine.flow.RecordedStep;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TryBlockTest {
  private static final String TRIP =
      """
      blocks:
      - id: trip
        type: try
        data:
          blocks:
          - {id: flight, type: flaky, data: {failures: 1, value: "flight of ${ . }"}}
          - {id: hotel, type: flaky, data: {value: "hotel after ${ . }"}}
          - {id: car, type: flaky, retry: {maxAttempts: 2}, data: {failures: FAILURES, value: car}}
          compensate:
          - {id: cancel-flight, for: flight, type: flaky, data: {value: "no ${ . }"}}
          - {id: cancel-hotel, for: hotel, type: flaky, data: {failures: HOTEL, value: "no ${ . }"}, retry: {maxAttempts: 2}}
          - {id: cancel-car, for: car, type: transform, data: {value: never}}
      """;

  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  private static String trip(int failures, int hotel) {
    return TRIP.replace("FAILURES", "" + failures).replace("HOTEL", "" + hotel);
  }

  private static List<String> ran(dev.howdah.engine.InMemoryEngine.Outcome outcome) {
    return outcome.rows().steps().stream()
        .map(RecordedStep::path)
        .filter(path -> path.startsWith("trip/cancel"))
        .distinct()
        .toList();
  }

  @Test
  void givesTheResultOfItsBlocksWhenNoneFails() throws Exception {
    var outcome = trial.run(trip(1, 0), "\"Ada\"");
    assertEquals("\"car\"", Trial.told(outcome));
    assertEquals(List.of(), ran(outcome));
  }

  @Test
  void undoesWhatIsDoneInReverseOrderWithItsOutput() throws Exception {
    var outcome = trial.run(trip(9, 1), "\"Ada\"");
    assertEquals("trip flaky.failed: attempt 2 failed", Trial.told(outcome));
    assertEquals(List.of("trip/cancel-hotel", "trip/cancel-flight"), ran(outcome));
    assertEquals(
        "\"no flight of Ada\"",
        outcome.rows().step("trip/cancel-flight", 1).orElseThrow().output().orElseThrow().text());
  }

  @Test
  void goesOnUndoingWhenOneCannotBeUndone() throws Exception {
    var outcome = trial.run(trip(9, 9), "\"Ada\"");
    assertEquals(
        "trip try.not-undone: after \"attempt 2 failed\" it could not be undone by cancel-hotel"
            + " (attempt 2 failed); look after it by hand",
        Trial.told(outcome));
    assertEquals(List.of("trip/cancel-hotel", "trip/cancel-flight"), ran(outcome));
  }

  @Test
  void theFirstHandlerOfTheFaultHandlesIt() throws Exception {
    String handled =
        trip(9, 0)
            + """
            #    catch:
            #    - errors: [http]
            #      blocks:
            #      - {id: unreached, type: transform, data: {value: unreached}}
            #    - errors: [flaky.*]
            #      blocks:
            #      - {id: sorry, type: flaky, data: {value: "${ .input } has no ${ .block }: ${ .code }"}}
            #      - {id: done, type: transform, data: {value: {message: "${ . }"}}}
            #    - blocks:
            #      - {id: any, type: transform, data: {value: any}}
            """
                .replace("#", "");
    var outcome =
        trial.run(
            handled.replace(
                "${ .input } has no \\(.block): \\(.code)",
                "${ .input } has no ${ .block }: ${ .code }"),
            "\"Ada\"");
    assertEquals("{\"message\":\"Ada has no car: flaky.failed\"}", Trial.told(outcome));
    assertEquals(2, ran(outcome).size());
    assertFalse(outcome.rows().step("trip/any", 1).isPresent());
  }

  @Test
  void tidiesUpWhateverHappened() throws Exception {
    String tidy =
        """
        #    finally:
        #      blocks:
        #      - {id: tidy, type: flaky, data: {value: "tidied after ${ . }"}}
        """
            .replace("#", "");
    var well = trial.run(trip(0, 0) + tidy, "\"Ada\"");
    assertEquals("\"car\"", Trial.told(well));
    assertEquals(
        "\"tidied after car\"",
        well.rows().step("trip/tidy", 1).orElseThrow().output().orElseThrow().text());
    var badly = trial.run(trip(9, 0) + tidy, "\"Ada\"");
    assertEquals("trip flaky.failed: attempt 2 failed", Trial.told(badly));
    assertTrue(badly.rows().step("trip/tidy", 1).isPresent());
  }

  @Test
  void aHandlerThatFailsFailsTheTry() throws Exception {
    String result =
        trial.result(
            trip(9, 0)
                + """
                #    catch:
                #    - blocks:
                #      - {id: worse, type: transform, data: {value: "${ error(\\"worse\\") }"}}
                """
                    .replace("#", ""),
            "\"Ada\"");
    assertTrue(result.startsWith("trip expression.failed: "), result);
  }

  @Test
  void refusesToUndoWhatIsNotThere() {
    InvalidDesignException wrong =
        assertThrows(
            InvalidDesignException.class,
            () -> trial.result(trip(0, 0).replace("for: hotel", "for: hostel"), "1"));
    assertTrue(
        wrong.getMessage().contains("\"hostel\" is no block of this try"), wrong.getMessage());
  }
}
