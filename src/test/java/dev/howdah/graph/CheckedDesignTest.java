package dev.howdah.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.block.spi.Kinds;
import dev.howdah.design.InvalidDesignException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong in form and what is wrong in the graph is told at once, and nothing else is. */
class CheckedDesignTest {
  private static final Surroundings SURROUNDINGS =
      new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> false);

  static Stream<Arguments> wrongInBothWays() {
    return Stream.of(
        wrong(
            "a form that has nothing to do with the graph",
            """
            id: Not An Id
            timeout: 5
            mode: fast
            input: [1]
            blocks:
            - {id: a, type: transfrom, data: {value: 1}}
            - {id: b, type: transform, group: "no group", data: {value: "${ $blocks.c }"}}
            connections:
            - {source: a, target: a}
            - {source: a, target: x}
            """,
            "1:5 design.invalid-field",
            "2:10 design.invalid-field",
            "3:7 design.invalid-field",
            "4:8 design.invalid-field",
            "6:17 graph.unknown-type",
            "7:35 design.invalid-field",
            "7:61 graph.not-upstream",
            "9:3 graph.self-connection",
            "10:23 graph.unknown-block"),
        wrong(
            "a schema and a setting",
            """
            id: d
            description: 7
            input: {type: objekt}
            blocks:
            - {id: a, type: sleep, data: {duration: soon}}
            """,
            "2:14 design.invalid-field",
            "3:15 design.schema",
            "5:30 design.invalid-setting"),
        wrong(
            "a block without a type is there all the same",
            """
            id: d
            blocks:
            - {id: a, data: {value: 1}}
            - {id: b, type: transform, data: {value: "${ $blocks.a }"}}
            - {id: c, type: router, data: {routes: [{when: "${ . }", to: [a, y]}]}}
            connections:
            - {source: a, target: b}
            - {source: b, target: c}
            - {source: x, target: b}
            """,
            "3:3 design.missing-field",
            "5:66 graph.unknown-block",
            "9:12 graph.unknown-block"),
        wrong(
            "a block without an id may be the one that is meant",
            """
            id: d
            blocks:
            - {type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: "${ $blocks.a }"}}
            connections:
            - {source: a, target: b}
            - {source: b, target: b}
            """,
            "3:3 design.missing-field",
            "7:3 graph.self-connection"),
        wrong(
            "behind a connection that is wrong nobody knows what comes before",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: "${ [$blocks.a, $blocks.x] }"}}
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: in, type: transform, data: {value: "${ $blocks.a }"}}
            connections:
            - {source: a, taget: b}
            - {source: b, target: each}
            """,
            "4:42 graph.not-upstream",
            "12:3 design.missing-field",
            "12:15 design.unknown-field"),
        wrong(
            "behind a connection of an unknown sort too",
            """
            id: d
            blocks:
            - {id: a, type: router, data: {routes: [{when: "${ . }", to: [b]}]}}
            - {id: b, type: transform, data: {value: "${ $blocks.c }"}}
            - {id: c, type: transform, data: {value: 1}}
            connections:
            - {source: a, target: c, on: eror}
            """,
            "7:30 design.invalid-field"),
        wrong(
            "a router that is wrong may lead anywhere",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: choose, type: router, data: {routes: [{when: "${ ", to: [b]}]}}
            - {id: b, type: transform, data: {value: "${ $blocks.a }"}}
            connections:
            - {source: a, target: choose}
            """,
            "4:54 design.expression"),
        wrong(
            "data that is none lacks nothing",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: 7}
            - {id: b, type: split, data: [1]}
            - {id: c, type: transform, data: {}}
            """,
            "3:34 design.invalid-field",
            "4:30 design.invalid-field",
            "5:34 design.missing-setting"),
        wrong(
            "connections that are no list connect nobody knows what",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: "${ $blocks.a }"}}
            - {id: c, type: transform, data: {value: "${ $item }"}}
            connections: none
            """,
            "5:42 graph.no-item",
            "6:14 design.invalid-field"),
        wrong(
            "no blocks at all",
            """
            id: d
            input: {$ref: "#/nowhere"}
            blocks: []
            connections:
            - {source: a, target: b}
            """,
            "2:15 design.schema",
            "3:9 design.invalid-field"));
  }

  private static Arguments wrong(String name, String text, String... problems) {
    return Arguments.of(name, text, List.of(problems));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongInBothWays")
  void tellsAllThatIsWrongAtOnce(String name, String text, List<String> expected) {
    List<String> problems =
        assertThrows(
                InvalidDesignException.class, () -> CheckedDesign.of("d.yaml", text, SURROUNDINGS))
            .problems()
            .stream()
            .map(p -> p.position().line() + ":" + p.position().column() + " " + p.code())
            .toList();

    assertEquals(expected, problems);
  }

  @Test
  void holdsTheGraphOfADesignThatIsRight() {
    CheckedDesign checked =
        CheckedDesign.of(
            "d.yaml",
            "id: d\nblocks:\n- {id: a, type: transform, data: {value: 1}}\n",
            SURROUNDINGS);

    assertEquals("d", checked.design().id());
    assertEquals(List.of("a"), checked.graph().nodes().stream().map(Node::id).toList());
  }

  @Test
  void aTextThatIsNoDocumentHasNothingElseWrong() {
    for (String text : List.of("blocks: [\n", "7")) {
      assertEquals(
          1,
          assertThrows(
                  InvalidDesignException.class,
                  () -> CheckedDesign.of("d.yaml", text, SURROUNDINGS))
              .problems()
              .size());
    }
  }
}
