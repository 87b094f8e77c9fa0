package dev.howdah.block.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.design.Default;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Doc;
import dev.howdah.engine.InMemoryEngine;
import dev.howdah.engine.InMemoryEngine.Mishaps;
import dev.howdah.engine.flow.Ending;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Surroundings;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a design says reaches a block through the compiled YAML and Camel's URIs as it was. */
class ParametersTest {
  private static final int VALUES = 1_000;
  private static final int BLOCKS = 10;

  /** Gives what it was told. */
  public static final class EchoBlock implements LeafKind<EchoBlock.Configuration> {
    /** Anything, twice. */
    public record Configuration(
        @Doc("anything") JsonNode value, @Doc("any text") @Default("") String text) {}

    @Override
    public String type() {
      return "echo";
    }

    @Override
    public Class<Configuration> configuration() {
      return Configuration.class;
    }

    @Override
    public Role role() {
      return Role.EFFECTFUL;
    }

    @Override
    public String subject(Configuration configuration) {
      return "it";
    }

    @Override
    public Call prepare(Configuration configuration, Services services) {
      ArrayNode both = JsonNodeFactory.instance.arrayNode();
      both.add(configuration.value()).add(configuration.text());
      return invocation -> Outcome.completed(both);
    }
  }

  private static final List<String> PIECES =
      List.of(
          "{{",
          "{{{",
          "}}",
          "{{?a}}",
          "{{a:b}}",
          "&",
          "+",
          "%",
          "%20",
          "%2B",
          "%zz",
          ")",
          "(",
          "RAW(",
          "RAW{",
          ")&",
          "}&",
          "#",
          "#bean",
          "?",
          "=",
          "/",
          "//",
          ":",
          ";",
          ",",
          "$",
          "$simple{",
          "\n",
          "\r\n",
          "\t",
          "\u0000",
          "\u0001",
          "\u007f",
          "\u0085",
          "\u00a0",
          "\u2028",
          "\ufeff",
          "\\",
          "\\u007b",
          "\\n",
          "\"",
          "'",
          "`",
          "|",
          ">",
          "- ",
          ": ",
          " #",
          "~",
          "null",
          "true",
          "no",
          "1",
          "-1",
          "1e5",
          "0x1F",
          "1_000",
          "2026-01-01",
          "{\"a\":1}",
          "[1]",
          "ä",
          "漢",
          "😀",
          "👩‍👩‍👧",
          " ",
          "  ",
          "a",
          "Z",
          "...",
          "---",
          "!!str",
          "*a",
          "&a",
          "@",
          "<<");

  @Test
  void anyJsonSurvives() {
    long seed = Long.getLong("howdah.test.seed", System.nanoTime());
    System.out.println("ParametersTest: -Dhowdah.test.seed=" + seed);
    Random random = new Random(seed);
    try (InMemoryEngine engine = engine()) {
      for (int design = 0; design < VALUES / BLOCKS; design++) {
        List<ObjectNode> data = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
          ObjectNode one = JsonNodeFactory.instance.objectNode();
          one.set("value", any(random, 3));
          one.put("text", text(random));
          data.add((ObjectNode) Json.trusted(Json.write(one)));
        }
        assertSurvives(engine, "d" + design, data);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          plain text          ; plain text
          ${ .a }             ; ${ .a }
          modules/fibo.wat    ; modules/fibo.wat
          true                ; "true"
          12                  ; "12"
          {"a":1}             ; "{\\"a\\":1}"
          a&b                 ; RAW(a&b)
          half: 50%           ; RAW(half: 50%)
          {{a}}               ; "\\u007b{a}}"
          {{{a}}}             ; "\\u007b\\u007b{a}}}"
          """)
  void textStaysReadable(String text, String parameter) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("a", text);
    assertEquals(Map.of("a", parameter), Parameters.encode(data));
  }

  @Test
  void whatIsNoTextIsJson() throws Exception {
    ObjectNode data =
        (ObjectNode) Json.read("{\"a\":[1,\"x\",{\"b\":null}],\"c\":1.25,\"d\":false}");
    assertEquals(
        Map.of("a", "[1,\"x\",{\"b\":null}]", "c", "1.25", "d", "false"), Parameters.encode(data));
  }

  private static InMemoryEngine engine() {
    return new InMemoryEngine(KINDS, NoServices::at, 1);
  }

  private static final Kinds KINDS = Kinds.of(List.of(new EchoBlock()));

  private static void assertSurvives(InMemoryEngine engine, String id, List<ObjectNode> data) {
    ObjectNode design = JsonNodeFactory.instance.objectNode();
    design.put("id", id);
    ArrayNode blocks = design.putArray("blocks");
    for (int i = 0; i < data.size(); i++) {
      blocks.addObject().put("id", "b" + i).put("type", "echo").set("data", data.get(i));
    }
    var parsed = DesignParser.parse(id, Json.write(design));
    Plan plan =
        Plan.of(
            parsed,
            1,
            Graph.of(parsed, new Surroundings(KINDS, name -> Optional.empty(), other -> true)));
    InMemoryEngine.Outcome outcome = engine.run(plan, TextNode.valueOf("in"), Mishaps.NONE);
    assertEquals(Ending.Completed.class, outcome.ending().getClass(), outcome.ending()::toString);
    for (int i = 0; i < data.size(); i++) {
      JsonNode echo = outcome.rows().step("b" + i, 1).orElseThrow().output().orElseThrow().node();
      assertEquals(Json.write(data.get(i).get("value")), Json.write(echo.get(0)));
      assertEquals(data.get(i).get("text"), echo.get(1));
    }
  }

  private static JsonNode any(Random random, int depth) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0, 1 -> json.textNode(text(random));
      case 2 -> json.numberNode(random.nextInt() * (long) random.nextInt(1_000_000));
      case 3 -> json.numberNode(java.math.BigDecimal.valueOf(random.nextInt(), random.nextInt(9)));
      case 4 -> random.nextInt(3) == 0 ? json.nullNode() : json.booleanNode(random.nextBoolean());
      case 5 -> {
        ArrayNode array = json.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(any(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = json.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(random), any(random, depth - 1));
        }
        yield object;
      }
    };
  }

  /** Any text, but no expression. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString().replace("${", "$ {");
  }
}
