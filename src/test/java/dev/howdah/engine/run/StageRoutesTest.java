package dev.howdah.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.NoServices;
import dev.howdah.engine.InMemoryEngine;
import dev.howdah.engine.InMemoryEngine.Mishaps;
import dev.howdah.engine.TestDesigns;
import dev.howdah.engine.flow.Ending;
import dev.howdah.json.Json;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What designs come to on the routes they compile to. */
class StageRoutesTest {
  private static InMemoryEngine engine;
  private static int designs;

  @BeforeAll
  static void start() {
    engine = new InMemoryEngine(Kinds.installed(), NoServices::at, 2);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  private static String result(String design, String input) throws Exception {
    String fresh =
        design.startsWith("id: d\n") ? "id: d-" + ++designs + design.substring(5) : design;
    Ending ending = engine.run(TestDesigns.plan(fresh), Json.read(input), Mishaps.NONE).ending();
    return ending instanceof Ending.Completed completed
        ? completed.result().text()
        : ending.toString();
  }

  private static String transform(String value) throws Exception {
    return result(
        """
        id: d
        blocks:
        - id: a
          type: transform
          data:
            value: %s
        """
            .formatted(value),
        "{\"a\":1}");
  }

  @Test
  void bracesInExpressionsAreNoCamelProperties() throws Exception {
    assertEquals("\"{{a}}\"", transform("'${ \"{{a}}\" }'"));
    assertEquals("\"{{{a:b}}}\"", transform("'${ \"{{{a:b}}}\" }'"));
    assertEquals("[\"{{{{x\",1]", transform("['{{{{x', '${ .a }']"));
  }

  @Test
  void anExpressionMayEndWithAComment() throws Exception {
    assertEquals("1", transform("|-\n      ${ .a # the number\n      }"));
    assertEquals("[1]", transform("\n      - |-\n        ${ .a # the number\n        }"));
  }

  @Test
  void blocksMayHaveTheIdsThatCamelGives() throws Exception {
    String design =
        """
        id: d
        blocks:
        - {id: start, type: transform, data: {value: "${ . }"}}
        - {id: to1, type: sleep, data: {duration: 1s}}
        - {id: to2, type: transform, data: {value: "to2"}}
        - {id: multicast1, type: transform, data: {value: "multicast1"}}
        - {id: pipeline1, type: sleep, data: {duration: 1s}}
        - {id: setBody1, type: transform, data: {value: "setBody1"}}
        - {id: end, type: transform, data: {value: "${ . }"}}
        connections:
        - {source: start, target: to1}
        - {source: start, target: to2}
        - {source: start, target: multicast1}
        - {source: multicast1, target: setBody1}
        - {source: setBody1, target: pipeline1}
        - {source: to1, target: end}
        - {source: to2, target: end}
        - {source: pipeline1, target: end}
        """;
    assertEquals("{\"to1\":7,\"to2\":\"to2\",\"pipeline1\":\"setBody1\"}", result(design, "7"));
  }

  @Test
  void severalRoutesMayLeadToTheSameBlock() throws Exception {
    String design =
        """
        id: d
        blocks:
        - id: choose
          type: router
          data:
            routes:
            - {when: "${ . > 2 }", to: [big, any]}
            - {when: "${ . > 1 }", to: [any]}
            otherwise: [any, small]
        - {id: big, type: transform, data: {value: "${ [., \\"big\\"] }"}}
        - {id: any, type: transform, data: {value: "${ [., \\"any\\"] }"}}
        - {id: small, type: transform, data: {value: "${ [., \\"small\\"] }"}}
        connections: []
        """;
    assertEquals("{\"big\":[3,\"big\"],\"any\":[3,\"any\"]}", result(design, "3"));
    assertEquals("{\"any\":[2,\"any\"]}", result(design, "2"));
    assertEquals("{\"any\":[1,\"any\"],\"small\":[1,\"small\"]}", result(design, "1"));
  }

  @Test
  void aRouteMayNameABlockTwice() throws Exception {
    String design =
        """
        id: d
        blocks:
        - {id: choose, type: router, data: {routes: [{when: "${ . }", to: [a, a]}]}}
        - {id: a, type: transform, data: {value: "${ [.] }"}}
        connections: []
        """;
    assertEquals("[5]", result(design, "5"));
  }

  @Test
  void aFilterAtTheEndKeepsBackWhatItDoesNotWant() throws Exception {
    String last = "id: d\nblocks:\n- {id: f, type: filter, data: {condition: \"${ . > 1 }\"}}\n";
    assertEquals("2", result(last, "2"));
    assertEquals("null", result(last, "1"));
    String one = last + "- {id: end, type: transform, data: {value: 7}}\nconnections: []\n";
    assertEquals("{\"f\":2,\"end\":7}", result(one, "2"));
    assertEquals("{\"end\":7}", result(one, "1"));
    String guarded = last.replace("data:", "when: \"${ . < 9 }\", data:");
    assertEquals("2", result(guarded, "2"));
    assertEquals("null", result(guarded, "1"));
    assertEquals("null", result(guarded, "9"));
  }

  @Test
  void chainsOfChoicesAreNestedAsDeepAsTheyGo() throws Exception {
    String blocks =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    "- {id: f%d, type: filter, when: \"${ . != null }\", data: {condition: \"${ . < 500 }\"}}"
                        .formatted(i))
            .collect(Collectors.joining("\n"));
    assertEquals("1", result("id: d\nblocks:\n" + blocks + "\n", "1"));
  }

  @Test
  void longChainsOfPureBlocksAreOneRoute() throws Exception {
    String blocks =
        IntStream.range(0, 1_000)
            .mapToObj(
                i -> "- {id: t%d, type: transform, data: {value: \"${ . + 1 }\"}}".formatted(i))
            .collect(Collectors.joining("\n"));
    assertEquals("1000", result("id: d\nblocks:\n" + blocks + "\n", "0"));
  }

  @Test
  void longChainsOfStagesAreRestored() throws Exception {
    String blocks =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    "- {id: t%d, type: transform, group: g%d, data: {value: \"${ . + 1 }\"}}"
                        .formatted(i, i % 2 + 1))
            .collect(Collectors.joining("\n"));
    assertEquals("100", result("id: d\nblocks:\n" + blocks + "\n", "0"));
  }

  @Test
  void idleDesignsAreUnloaded() throws Exception {
    for (int i = 0; i < 10; i++) {
      String design = "id: d%d\nblocks:\n- {id: a, type: sleep, data: {duration: %ds}}\n";
      assertEquals("1", result(design.formatted(i, i + 1), "1"));
    }
    assertEquals(2, engine.camel().getRoutes().size());
    long sleeps =
        engine.camel().getEndpointRegistry().values().stream()
            .filter(e -> e.getEndpointUri().startsWith("sleep:"))
            .count();
    assertTrue(sleeps <= 4, () -> sleeps + " endpoints of unloaded designs are left");
  }
}
