package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DesignParserTest {
  /** Reads JSON as it is, and YAML in flow style behind a line that keeps it from being JSON. */
  private static Design parse(String text) {
    boolean flow = text.startsWith("{") && !text.startsWith("{\n");
    return DesignParser.parse("d.yaml", flow ? "# YAML\n" + text : text);
  }

  private static String problems(String text) {
    return assertThrows(InvalidDesignException.class, () -> parse(text)).getMessage();
  }

  private static List<String> arrows(List<Connection> connections) {
    return connections.stream().map(c -> c.source() + ">" + c.target()).toList();
  }

  @Test
  void readsEverythingThatADesignCanSay() {
    Design design =
        parse(
            """
            id: orders
            name: Take orders
            description: Takes them.
            input: {type: object, required: [text]}
            mode: express
            timeout: 5m
            blocks:
            - id: fetch
              type: http
              group: eu.fast_1
              timeout: 10s
              retry: {maxAttempts: 3, on: [http.timeout]}
              when: ${ .text != "" }
              description: Gets it.
              data: {url: "http://x"}
            - {id: rescue, type: transform}
            connections:
            - {source: fetch, target: rescue, on: error}
            """);
    assertEquals("orders", design.id());
    assertEquals("Take orders", design.name());
    assertEquals("Takes them.", design.description());
    assertEquals("object", design.input().orElseThrow().get("type").textValue());
    assertEquals(Design.Mode.EXPRESS, design.mode());
    assertEquals(Optional.of(Duration.ofMinutes(5)), design.timeout());
    Block fetch = design.blocks().get(0);
    assertEquals("eu.fast_1", fetch.group());
    assertEquals(Optional.of(Duration.ofSeconds(10)), fetch.timeout());
    assertEquals(3, fetch.retry().maxAttempts());
    assertEquals(List.of("http.timeout"), fetch.retry().on());
    assertEquals(Optional.of(Expression.parse("${ .text != \"\" }")), fetch.when());
    assertEquals("Gets it.", fetch.description());
    assertEquals("http://x", fetch.data().get("url").textValue());
    assertEquals("/blocks/0", fetch.pointer());
    assertEquals(
        List.of(new Connection("fetch", "rescue", Connection.On.ERROR, "/connections/0")),
        design.connections());
    assertEquals("d.yaml:8:3", design.document().at(fetch.pointer()).toString());
  }

  @Test
  void whatIsNotSaidIsTheDefault() {
    Design design = parse("{name: Café Größe 2!, blocks: [{id: a, type: http}]}");
    assertEquals("cafe-gro-e-2", design.id());
    assertEquals(Design.Mode.DURABLE, design.mode());
    assertEquals(Optional.empty(), design.timeout());
    assertEquals(Optional.empty(), design.input());
    Block block = design.blocks().get(0);
    assertEquals(Block.DEFAULT_GROUP, block.group());
    assertEquals(Retry.DEFAULT, block.retry());
    assertTrue(block.data().isEmpty());
    assertEquals("x", parse("{id: x, blocks: [{id: a, type: http}]}").name());
  }

  @Test
  void readsTheDocumentOfTheAgentDesigner() {
    Design design =
        DesignParser.parse(
            "d.json",
            """
            {"id": "0b2e7c1a-1111-4222-8333-444455556666", "name": "Review", "version": 1,
             "blocks": [
               {"id": "block-1", "type": "sequential", "position": {"x": 50, "y": 50},
                "data": {"label": "First", "task": "Write", "rounds": 3,
                  "agents": [{"id": "agent-1", "name": "W", "system_prompt": "…", "role": "worker"}]}},
               {"id": "block-2", "type": "debate", "position": {"x": 1, "y": 2}, "data": {}}],
             "connections": [
               {"id": "conn-1", "source": "block-1", "target": "block-2", "type": "block",
                "sourceAgent": "agent-1", "targetAgent": "agent-2", "extract_output": false},
               {"id": "conn-2", "source": {"blockId": "block-2"}, "target": {"blockId": "block-1"}}]}
            """);
    assertEquals("0b2e7c1a-1111-4222-8333-444455556666", design.id());
    assertEquals(
        List.of("sequential", "debate"), design.blocks().stream().map(Block::type).toList());
    assertEquals(List.of("block-1>block-2", "block-2>block-1"), arrows(design.connections()));
    assertEquals("agent-1", design.blocks().get(0).data().at("/agents/0/id").textValue());
    assertEquals(50, design.document().root().at("/blocks/0/position/x").intValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sequential", "parallel", "hierarchical", "debate", "routing", "reflection"})
  void everyPatternOfTheAgentDesignerIsABlock(String type) {
    assertEquals(
        type, parse("{id: p, blocks: [{id: b, type: " + type + "}]}").blocks().get(0).type());
  }

  @Test
  void withoutConnectionsBlocksRunInTheOrderListed() {
    Design design =
        parse("{id: x, blocks: [{id: a, type: t}, {id: b, type: t}, {id: c, type: t}]}");
    assertEquals(List.of("a>b", "b>c"), arrows(design.connections()));
    assertEquals("/blocks/1", design.connections().get(0).pointer());
  }

  @Test
  void anEmptyListOfConnectionsConnectsNothing() {
    assertEquals(
        List.of(),
        parse("{id: x, blocks: [{id: a, type: t}, {id: b, type: t}], connections: []}")
            .connections());
  }

  @Test
  void aBodyNestedInABlockIsReadTheSameWay() {
    Document document =
        Document.parse(
            "d.yaml",
            """
            id: x
            blocks:
            - id: each
              type: split
              data:
                blocks:
                - {id: one, type: http}
                - {id: two, type: http, tiemout: 5s}
            """);
    Problems problems = new Problems();
    Blocks body = DesignParser.nested(document, "/blocks/0/data", problems);
    assertEquals(List.of("one>two"), arrows(body.connections()));
    assertEquals("/blocks/0/data/blocks/1", body.blocks().get(1).pointer());
    assertEquals(
        "[d.yaml:8:29: There is no field \"tiemout\". Did you mean \"timeout\"?]",
        problems.list().toString());
  }

  @Test
  void aBodyWithoutBlocksIsAProblem() {
    Document document = Document.parse("d.yaml", "blocks: [{id: a, type: split, data: {}}]");
    Problems problems = new Problems();
    assertEquals(
        new Blocks(List.of(), List.of(), new Unread(Set.of(), true, false)),
        DesignParser.nested(document, "/blocks/0/data", problems));
    assertEquals(
        "[d.yaml:1:37: \"blocks\" is missing. List at least one block.]",
        problems.list().toString());
    DesignParser.nested(document, "/nowhere", problems);
    assertEquals(2, problems.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | `d.yaml:1:1: A design is an object, but this is a list. Write name and blocks.`",
        "hello | `d.yaml:1:1: A design is an object, but this is a text. Write name and blocks.`",
        "{id: x} | `d.yaml:2:1: \"blocks\" is missing. List at least one block.`",
        "{id: x, blocks: []} | `d.yaml:2:17: \"blocks\" is empty. List at least one block.`",
        "{id: x, blocks: 5} | `d.yaml:2:17: \"blocks\" is a number where a list belongs. List at"
            + " least one block.`",
        "{id: x, blocks: [5]} | `d.yaml:2:18: A block is a number where an object belongs. Write id,"
            + " type and data.`",
        "{blocks: [{id: a, type: t}]} | `d.yaml:2:1: \"name\" is missing. Give the design a name or"
            + " an id.`",
        "{name: ???, blocks: [{id: a, type: t}]} | `d.yaml:2:1: \"id\" is missing. The name has no"
            + " letter to make one of; use lower-case letters, digits and -, at most 63 characters,"
            + " for example my-design.`",
        "{id: My Design, blocks: [{id: a, type: t}]} | `d.yaml:2:6: \"My Design\" is not a valid id."
            + " Use lower-case letters, digits and -, at most 63 characters, for example"
            + " my-design.`",
        "{id: x, mode: fast, blocks: [{id: a, type: t}]} | `d.yaml:2:15: \"fast\" is not a valid"
            + " mode. Write durable or express.`",
        "{id: x, input: text, blocks: [{id: a, type: t}]} | `d.yaml:2:16: \"input\" is a text where"
            + " a JSON Schema belongs. Write for example {type: object, required: [text]}.`",
        "{id: x, timeout: 10, blocks: [{id: a, type: t}]} | `d.yaml:2:18: \"timeout\" is a number"
            + " without a unit. Write 10s for seconds or 10ms.`",
        "{id: x, timeout: 0s, blocks: [{id: a, type: t}]} | `d.yaml:2:18: \"timeout\" is zero. Write"
            + " a longer time, or leave it out.`",
        "{id: x, blocks: [{type: t}]} | `d.yaml:2:18: \"id\" is missing. Give the block an id.`",
        "{id: x, blocks: [{id: 1, type: t}]} | `d.yaml:2:23: \"id\" is a number where a text"
            + " belongs. Write it in quotes.`",
        "{id: x, blocks: [{id: 1a, type: t}]} | `d.yaml:2:23: \"1a\" is not a valid id. Start with a"
            + " letter and use letters, digits, _ and -, at most 63 characters.`",
        "{id: x, blocks: [{id: a}]} | `d.yaml:2:18: \"type\" is missing. Say what kind of block it"
            + " is, for example http.`",
        "{id: x, blocks: [{id: a, type: t, data: 5}]} | `d.yaml:2:41: \"data\" is a number where an"
            + " object belongs. Write the block's settings below it.`",
        "{id: x, blocks: [{id: a, type: t, group: A}]} | `d.yaml:2:42: \"A\" is not a valid group."
            + " Use lower-case letters, digits, dot, _ and -, at most 64 characters.`",
        "{id: x, blocks: [{id: a, type: t, timeout: soon}]} | `d.yaml:2:44: \"soon\" is not a"
            + " duration. Write a number with a unit, such as 500ms, 10s, 5m, 2h or 1d.`",
        "{id: x, blocks: [{id: a, type: t, retry: {maxAttempts: 0, jitter: 9, multiplier: 0}}]} |"
            + " `d.yaml:2:56: \"maxAttempts\" is from 1 to 1000. Correct the settings here.\n"
            + "d.yaml:2:67: \"jitter\" is from 0 to 1. Correct the settings here.\n"
            + "d.yaml:2:82: \"multiplier\" is from 1 to 100. Correct the settings here.`",
        "{id: x, blocks: [{id: a, type: t, retry: 3}]} | `d.yaml:2:42: This is a number where an"
            + " object belongs. Write its settings below it.`",
        "{id: x, blocks: [{id: a, type: t, when: \"${ .a, }\"}]} | `d.yaml:2:49: The expression ends"
            + " too early. Complete it before the }.`",
        "{id: x, blocks: [{id: a, type: t, when: yes}]} | `d.yaml:2:41: This is not an expression."
            + " Write it as ${ … }, for example ${ .name }.`",
        "{id: x, blocks: [{id: a, type: t}], connections: 5} | `d.yaml:2:50: \"connections\" is a"
            + " number where a list belongs. List objects with source and target, or leave it out to"
            + " run the blocks in order.`",
        "{id: x, blocks: [{id: a, type: t}], connections: [a]} | `d.yaml:2:51: A connection is a"
            + " text where an object belongs. Write source and target.`",
        "{id: x, blocks: [{id: a, type: t}], connections: [{source: a}]} | `d.yaml:2:51: \"target\""
            + " is missing. Write the id of a block.`",
        "{id: x, blocks: [{id: a, type: t}], connections: [{source: {}, target: a}]} |"
            + " `d.yaml:2:60: \"blockId\" is missing. Write the id of a block.`",
        "{id: x, blocks: [{id: a, type: t}], connections: [{source: a, target: a, on: fail}]} |"
            + " `d.yaml:2:78: \"fail\" is not a valid on. Write result or error.`",
        "{id: x, blcoks: [{id: a, type: t}]} | `d.yaml:2:1: \"blocks\" is missing. List at least one"
            + " block.\n"
            + "d.yaml:2:9: There is no field \"blcoks\". Did you mean \"blocks\"?`",
        "{id: x, blocks: [{id: a, tpye: t}]} | `d.yaml:2:18: \"type\" is missing. Say what kind of"
            + " block it is, for example http.\n"
            + "d.yaml:2:26: There is no field \"tpye\". Did you mean \"type\"?`",
      })
  void saysWhatIsWrongAndWhere(String text, String expected) {
    assertEquals(expected, problems(text));
  }

  @Test
  void allProblemsAreReportedAtOnceInJsonToo() {
    assertEquals(
        """
        d.yaml:2:9: "X Y" is not a valid id. Use lower-case letters, digits and -, at most 63 \
        characters, for example my-design.
        d.yaml:4:6: "type" is missing. Say what kind of block it is, for example http.
        d.yaml:4:29: "timeout" is a number without a unit. Write 5s for seconds or 5ms.
        d.yaml:6:5: "target" is missing. Write the id of a block.
        d.yaml:6:21: There is no field "traget". Did you mean "target"?""",
        problems(
            """
            {
              "id": "X Y",
              "blocks": [
                 {"id": "a", "timeout": 5}
              ], "connections": [
                {"source": "a", "traget": "b"}
              ]
            }
            """));
  }
}
