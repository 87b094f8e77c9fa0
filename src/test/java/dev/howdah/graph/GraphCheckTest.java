package dev.howdah.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.design.DesignParser;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.design.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad designs, and exactly what is said of them and where. */
class GraphCheckTest {
  private static final Modules MODULES =
      name -> ModuleFiles.find(Path.of("src/test/resources"), name);
  private static final Surroundings SURROUNDINGS =
      new Surroundings(Kinds.installed(), MODULES, Set.of("other")::contains);

  private static Graph check(String text) {
    return Graph.of(DesignParser.parse("d.yaml", text), SURROUNDINGS);
  }

  private static List<String> problems(String text) {
    return assertThrows(InvalidDesignException.class, () -> check(text)).problems().stream()
        .map(GraphCheckTest::line)
        .toList();
  }

  private static String line(Problem problem) {
    return problem.position().line()
        + ":"
        + problem.position().column()
        + " "
        + problem.code()
        + ": "
        + problem.message()
        + "; "
        + problem.cure();
  }

  static Stream<Arguments> badDesigns() {
    return Stream.of(
        bad(
            "an id twice",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: a, type: transform, data: {value: 2}}
            """,
            "4:8 graph.duplicate-id: a block of id \"a\" is there already, at d.yaml:3:3;"
                + " give every block of the design an id of its own, those inside other blocks"
                + " included"),
        bad(
            "an id twice, once inside a split",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: [1]}}
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: a, type: transform, data: {value: 2}}
            """,
            "9:12 graph.duplicate-id: a block of id \"a\" is there already, at d.yaml:3:3;"
                + " give every block of the design an id of its own, those inside other blocks"
                + " included"),
        bad(
            "an unknown type",
            """
            id: d
            blocks:
            - {id: a, type: htpp, data: {url: "http://x"}}
            """,
            "3:17 graph.unknown-type: there is no block type \"htpp\"; did you mean \"http\"?"),
        bad(
            "a fault to retry that never passes",
            """
            id: d
            blocks:
            - {id: a, type: transform, retry: {on: [expression.failed]}, data: {value: 1}}
            - {id: b, type: sleep, retry: {on: [expression.failed]}, data: {duration: 1s}}
            """,
            "3:40 graph.retry-of-pure: \"a\" depends on its input alone, so it would fail again in"
                + " the same way; remove on"),
        bad(
            "a type nothing like any",
            """
            id: d
            blocks:
            - {id: a, type: teleport}
            """,
            "3:17 graph.unknown-type: there is no block type \"teleport\"; use one of "
                + String.join(", ", Kinds.installed().types())),
        bad(
            "a connection to nowhere",
            """
            id: d
            blocks:
            - {id: first, type: transform, data: {value: 1}}
            - {id: other, type: transform, data: {value: 1}}
            connections:
            - {source: first, target: fisrt}
            - {source: nobody, target: other}
            """,
            "6:27 graph.unknown-block: the connection's target \"fisrt\" is no block here; did you"
                + " mean \"first\"?",
            "7:12 graph.unknown-block: the connection's source \"nobody\" is no block here; use one"
                + " of first, other"),
        bad(
            "a connection into a split",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: s, type: split, data: {items: "${ [1] }", blocks: [{id: in, type: transform, data: {value: 1}}]}}
            connections:
            - {source: a, target: in}
            """,
            "6:23 graph.unknown-block: the connection's target \"in\" is no block here; use one of a, s"),
        bad(
            "a connection to itself",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            connections:
            - {source: a, target: a}
            """,
            "5:3 graph.self-connection: \"a\" is connected to itself; remove the connection; to"
                + " repeat a block, put it into a loop block"),
        bad(
            "a connection twice",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            connections:
            - {source: a, target: b}
            - {source: a, target: b, on: error}
            - {source: a, target: b}
            """,
            "8:3 graph.duplicate-connection: \"a\" and \"b\" are connected already; remove one of"
                + " the two connections"),
        bad(
            "a circle",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            - {id: c, type: transform, data: {value: "${ $item }"}}
            connections:
            - {source: a, target: b}
            - {source: b, target: c}
            - {source: c, target: b}
            """,
            "4:3 graph.cycle: the blocks go round in a circle: b -> c -> b; remove one of these"
                + " connections; to repeat blocks, put them into a loop block",
            "5:42 graph.no-item: $item and $index are read, but this block is not inside a split or a loop;"
                + " put the block into the blocks of a split or a loop, or read the input with ."),
        bad(
            "two circles",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            - {id: x, type: transform, data: {value: 1}}
            - {id: y, type: transform, data: {value: 1}}
            connections:
            - {source: a, target: b}
            - {source: b, target: a}
            - {source: b, target: x}
            - {source: x, target: y}
            - {source: y, target: x}
            """,
            "3:3 graph.cycle: the blocks go round in a circle: a -> b -> a; remove one of these"
                + " connections; to repeat blocks, put them into a loop block",
            "5:3 graph.cycle: the blocks go round in a circle: x -> y -> x; remove one of these"
                + " connections; to repeat blocks, put them into a loop block"),
        bad(
            "a router in a list without connections",
            """
            id: d
            blocks:
            - {id: choose, type: router, data: {routes: [{when: "${ . }", to: [a]}]}}
            - {id: a, type: transform, data: {value: 1}}
            """,
            "3:3 graph.connections-needed: \"choose\" chooses where to go, so the order of the list"
                + " does not tell the connections; add connections: [{source: …, target: …}, …] to"
                + " the design"),
        bad(
            "a connection that is never chosen",
            """
            id: d
            blocks:
            - {id: choose, type: router, data: {routes: [{when: "${ . }", to: [a]}]}}
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            connections:
            - {source: choose, target: b}
            """,
            "7:3 graph.never-chosen: \"choose\" never sends to \"b\"; name it in a route of"
                + " \"choose\", or remove the connection"),
        bad(
            "a route to nowhere",
            """
            id: d
            blocks:
            - id: choose
              type: router
              data:
                routes:
                - when: ${ . }
                  to: [a, bb]
                otherwise: [c]
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            connections: []
            """,
            "8:15 graph.unknown-block: \"choose\" sends to \"bb\", which is no block here; use one of"
                + " choose, a, b",
            "9:17 graph.unknown-block: \"choose\" sends to \"c\", which is no block here; use one of"
                + " choose, a, b"),
        bad(
            "a block read that comes later",
            """
            id: d
            blocks:
            - id: a
              type: transform
              data:
                value:
                  kept: ${ . }
                  late: and ${ $blocks.b } too
            - {id: b, type: transform, data: {value: 1}}
            """,
            "8:13 graph.not-upstream: $blocks.b is read, but \"b\" does not come before this block;"
                + " no block comes before this one; read the input with . or $input"),
        bad(
            "a block read that is not there",
            """
            id: d
            blocks:
            - {id: alpha, type: transform, data: {value: 1}}
            - {id: b, type: transform, when: "${ $blocks.ahpla }", data: {value: "${ $blocks.alhpa }"}}
            """,
            "4:34 graph.not-upstream: $blocks.ahpla is read, but there is no block \"ahpla\"; read one"
                + " of alpha",
            "4:70 graph.not-upstream: $blocks.alhpa is read, but there is no block \"alhpa\"; did you"
                + " mean $blocks.alpha?"),
        bad(
            "an id with a minus read without quotes",
            """
            id: d
            blocks:
            - {id: block-1, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: "${ $blocks.block-1 }"}}
            """,
            "4:42 graph.not-upstream: $blocks.block is read, but there is no block \"block\"; write"
                + " $blocks[\"block-1\"]; without the quotes jq takes the minus for a subtraction"),
        bad(
            "an item outside a split",
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: "${ $item }"}}
            - {id: b, type: transform, when: "${ $index > 1 }", data: {value: 1}}
            """,
            "3:42 graph.no-item: $item and $index are read, but this block is not inside a split or a loop; put"
                + " the block into the blocks of a split or a loop, or read the input with .",
            "4:34 graph.no-item: $item and $index are read, but this block is not inside a split or a loop; put"
                + " the block into the blocks of a split or a loop, or read the input with ."),
        bad(
            "the items of a split read its own item",
            """
            id: d
            blocks:
            - id: each
              type: split
              data:
                items: ${ $item }
                blocks:
                - {id: a, type: transform, data: {value: "${ $item }"}}
            """,
            "6:12 graph.no-item: $item and $index are read, but this block is not inside a split or a loop; put"
                + " the block into the blocks of a split or a loop, or read the input with ."),
        bad(
            "an unknown module",
            """
            id: d
            blocks:
            - {id: a, type: wasm, data: {module: wasm/nothing.wat, function: f}}
            """,
            "3:38 wasm.unknown-module: there is no module \"wasm/nothing.wat\"; give the path of a"
                + " .wasm or .wat file beside the design, or upload the module first"),
        bad(
            "an unknown function",
            """
            id: d
            blocks:
            - {id: a, type: wasm, data: {module: wasm/fibo.wat, function: fbio}}
            """,
            "3:63 wasm.unknown-function: the module exports no function fbio; it exports fibo; name an"
                + " exported function"),
        bad(
            "too many arguments",
            """
            id: d
            blocks:
            - {id: a, type: wasm, data: {module: wasm/fibo.wat, function: fibo, args: [1, 2]}}
            """,
            "3:75 wasm.arity: \"fibo\" takes 1 argument, not 2; give one argument for each parameter:"
                + " [I32]"),
        bad(
            "a sleep without end",
            """
            id: d
            blocks:
            - {id: a, type: sleep, data: {}}
            - {id: b, type: sleep, data: {duration: soon}}
            - {id: c, type: sleep, data: {until: tomorrow}}
            - {id: e, type: sleep, data: {until: "${ . }", duration: 1s}}
            """,
            "3:30 design.invalid-setting: a sleep has either duration or until; correct the settings"
                + " here",
            "4:30 design.invalid-setting: \"soon\" is not a duration; write a number with a unit, such"
                + " as 500ms, 10s, 5m, 2h or 1d",
            "5:30 design.invalid-setting: \"tomorrow\" is not a time; write one such as"
                + " 2026-01-31T08:00:00Z",
            "6:30 design.invalid-setting: a sleep has either duration or until; correct the settings"
                + " here"),
        bad(
            "an expression that does not parse is told once",
            """
            id: d
            blocks:
            - {id: a, type: filter, data: {condition: "${ .a + }"}}
            - {id: b, type: transform, data: {value: ["${ .a + }", 2]}}
            """,
            "3:52 design.expression: the expression ends too early; complete it before the }",
            "4:52 design.expression: the expression ends too early; complete it before the }"),
        bad(
            "an input schema that is none",
            """
            id: d
            input:
              type: object
              required: name
              properties:
                name: {type: strnig}
                age: {type: integer, minimum: "0"}
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            """,
            "4:13 design.schema: the schema is wrong here: string found, array expected;"
                + " write JSON Schema of draft 2020-12",
            "6:18 design.schema: the schema is wrong here: does not have a value in the"
                + " enumeration [\"array\", \"boolean\", \"integer\", \"null\", \"number\","
                + " \"object\", \"string\"]; write JSON Schema of draft 2020-12",
            "7:35 design.schema: the schema is wrong here: string found, number expected;"
                + " write JSON Schema of draft 2020-12"),
        bad(
            "a pattern that is no regular expression",
            """
            id: d
            input:
              properties:
                name: {pattern: "(["}
              patternProperties:
                "*": {type: integer}
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            """,
            "4:21 design.schema: \"([\" is no regular expression: Unclosed character class;"
                + " correct it; in YAML, put it in single quotes",
            "6:10 design.schema: \"*\" is no regular expression: Dangling meta character '*';"
                + " correct it; in YAML, put it in single quotes"),
        bad(
            "an input schema that is elsewhere",
            """
            id: d
            input:
              $defs: {a: {type: integer}}
              properties:
                a: {$ref: "#/$defs/a"}
                b: {$ref: "#/$defs/b"}
                c: {$ref: "https://example.com/schema"}
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            """,
            "6:15 design.schema: the schema has nothing at \"#/$defs/b\"; correct the"
                + " reference, or add what it names",
            "7:15 design.schema: the schema refers to \"https://example.com/schema\","
                + " which is elsewhere; put that schema under $defs and write \"#/$defs/…\""),
        bad(
            "a design that runs itself",
            """
            id: d
            blocks:
            - {id: a, type: design, data: {design: d}}
            - {id: b, type: design, data: {design: nobody}}
            - {id: c, type: design, data: {design: other}}
            """,
            "3:40 design.calls-itself: the design runs itself, without end; name another design",
            "4:40 design.unknown: there is no design \"nobody\"; save that design first, or put its"
                + " file beside this one"),
        bad(
            "problems of many kinds, all at once",
            """
            id: d
            input: {type: 7}
            blocks:
            - {id: a, type: nothing}
            - {id: b, type: transform, data: {valeu: 1}}
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: a, type: transform, data: {value: "${ $blocks.nobody }"}}
                - {id: in, type: wasm, data: {module: none.wat}}
                connections:
                - {source: in, target: out}
            connections:
            - {source: a, target: b}
            - {source: b, target: a}
            - {source: b, target: c}
            """,
            "2:15 design.schema: the schema is wrong here: does not have a value in the"
                + " enumeration [\"array\", \"boolean\", \"integer\", \"null\", \"number\","
                + " \"object\", \"string\"]; write JSON Schema of draft 2020-12",
            "4:3 graph.cycle: the blocks go round in a circle: a -> b -> a; remove one of these"
                + " connections; to repeat blocks, put them into a loop block",
            "4:17 graph.unknown-type: there is no block type \"nothing\"; use one of "
                + String.join(", ", Kinds.installed().types()),
            "5:34 design.missing-setting: \"value\" is missing; add it: the output: any JSON, with"
                + " expressions ${ … } in its strings",
            "5:35 design.unknown-setting: there is no setting \"valeu\" here; did you mean"
                + " \"value\"?",
            "11:12 graph.duplicate-id: a block of id \"a\" is there already, at d.yaml:4:3; give every"
                + " block of the design an id of its own, those inside other blocks included",
            "11:46 graph.not-upstream: $blocks.nobody is read, but there is no block \"nobody\"; no"
                + " block comes before this one; read the input with . or $input",
            "12:43 wasm.unknown-module: there is no module \"none.wat\"; give the path of a .wasm or"
                + " .wat file beside the design, or upload the module first",
            "14:28 graph.unknown-block: the connection's target \"out\" is no block here; use one of"
                + " a, in",
            "18:23 graph.unknown-block: the connection's target \"c\" is no block here; use one of a,"
                + " b, each"));
  }

  private static Arguments bad(String what, String design, String... problems) {
    return Arguments.of(what, design, List.of(problems));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badDesigns")
  void saysWhatIsWrongAndWhere(String what, String design, List<String> expected) {
    assertEquals(String.join("\n", expected), String.join("\n", problems(design)));
  }

  @Test
  void tooManyBlocksAreRefusedAtOnce() {
    String blocks =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "- {id: b" + i + ", type: filter}")
            .collect(Collectors.joining("\n"));
    List<String> found =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> problems("id: d\nblocks:\n" + blocks));
    assertEquals(
        List.of(
            "3:1 graph.too-large: the design has 20000 blocks; keep to 1000 and move parts of it"
                + " into designs of their own"),
        found);
  }

  @Test
  void blocksInsideOthersCount() {
    List<String> blocks = new ArrayList<>();
    for (int i = 0; i < 501; i++) {
      blocks.add(
          """
          - {id: s%d, type: split, data: {items: "${ . }", blocks: [{id: t%d, type: transform, data: {value: 1}}]}}
          """
              .formatted(i, i));
    }
    List<String> found = problems("id: d\nblocks:\n" + String.join("", blocks));
    assertEquals(1, found.size(), () -> String.join("\n", found));
    assertTrue(found.get(0).contains("the design has 1002 blocks"), found.get(0));
  }

  @Test
  void asManyBlocksAsAllowedAreAllowed() {
    String blocks =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "- {id: b" + i + ", type: filter, data: {condition: \"${ . }\"}}")
            .collect(Collectors.joining("\n"));
    assertEquals(1_000, check("id: d\nblocks:\n" + blocks).nodes().size());
  }

  @Test
  void readsWhatAnExpressionMayRead() {
    Graph graph =
        check(
            """
            id: d
            blocks:
            - {id: first-1, type: transform, data: {value: [1]}}
            - id: each
              type: split
              data:
                items: ${ $blocks["first-1"] }
                blocks:
                - {id: a, type: transform, data: {value: "${ $item + $index }"}}
                - {id: b, type: transform, data: {value: "${ [$blocks.a, $blocks[\\"first-1\\"]] }"}}
            - {id: last, type: transform, data: {value: "${ $blocks.each }"}}
            """);
    assertEquals(List.of("first-1", "each", "last"), graph.nodes().stream().map(Node::id).toList());
    assertEquals(
        List.of("each/a", "each/b"),
        graph.find("each").orElseThrow().bodies().get("").nodes().stream()
            .map(Node::path)
            .toList());
  }

  @Test
  void blocksStayInTheOrderListedWhereTheyCan() {
    Graph graph =
        check(
            """
            id: d
            blocks:
            - {id: a, type: transform, data: {value: 1}}
            - {id: b, type: transform, data: {value: 1}}
            - {id: z, type: transform, data: {value: 1}}
            - {id: c, type: transform, data: {value: 1}}
            - {id: y, type: transform, data: {value: 1}}
            connections:
            - {source: y, target: z}
            - {source: a, target: b}
            - {source: b, target: c}
            """);
    assertEquals(List.of("a", "b", "c", "y", "z"), graph.nodes().stream().map(Node::id).toList());
  }
}
