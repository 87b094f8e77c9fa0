package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.design.Problem;
import dev.howdah.graph.CheckedDesign;
import dev.howdah.graph.Surroundings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with camel, kafka and balance blocks is told when the design is checked. */
class LinkBlocksTest {
  private static final Surroundings SURROUNDINGS =
      new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> false);

  private static void check(String type, String data) {
    CheckedDesign.of(
        "test.yaml",
        "id: d\nname: D\nblocks:\n  - {id: b, type: %s, data: %s}\n".formatted(type, data),
        SURROUNDINGS);
  }

  private static Problem problem(String type, String data) {
    InvalidDesignException invalid =
        assertThrows(InvalidDesignException.class, () -> check(type, data));
    assertEquals(1, invalid.problems().size(), invalid.getMessage());
    return invalid.problems().get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "camel   | {uri: \"nothing:there\"}                         | camel.unknown-component",
        "camel   | {uri: \"nothing:${ .to }\"}                      | camel.unknown-component",
        "balance | {block: {id: i, type: sleep, data: {duration: 1s}}} | balance.no-group",
      })
  void whatTheConfigurationCannotSeeIsSeen(String type, String data, String code) {
    assertEquals(code, problem(type, data).code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "camel   | {uri: \"seda:{{env:HOME}}\"}                        | {{",
        "kafka   | {topic: howdah.work}                                | howdah.work",
        "kafka   | {topic: a, reply: {topic: howdah.control}}          | howdah.control",
        "kafka   | {topic: a, bootstrapServers: nowhere}               | host:port",
        "balance | {strategy: sticky, block: {id: i, type: sleep, group: g, data: {duration: 1s}}} | key",
        "balance | {key: \"${ . }\", block: {id: i, type: sleep, group: g, data: {duration: 1s}}} | sticky",
      })
  void aConfigurationThatCannotWorkIsRefused(String type, String data, String word) {
    Problem problem = problem(type, data);
    assertTrue((problem.message() + problem.cure()).contains(word), problem.toString());
  }

  @Test
  void aSchemeThatIsNotKnownYetIsNoProblem() {
    check("camel", "{uri: \"${ .to }\"}");
    check("camel", "{uri: \"seda:${ .to }\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "round-robin", "least-in-flight"})
  void aBlockInAGroupCanBeBalanced(String strategy) {
    check(
        "balance",
        "{strategy: %s, block: {id: i, type: sleep, group: g, data: {duration: 1s}}}"
            .formatted(strategy));
  }
}
