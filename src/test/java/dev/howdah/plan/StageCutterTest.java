package dev.howdah.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.engine.TestDesigns;
import dev.howdah.graph.Node;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shapes of graphs and the stages they are cut into. In the sketches {@code p}, {@code q} and
 * {@code r} are pure, {@code a} to {@code d} have an effect, {@code z} suspends and {@code x} is a
 * router; {@code @g} names a group.
 */
class StageCutterTest {

  static Stream<Arguments> shapes() {
    return Stream.of(
        // rides
        shape("one block", "a", "", "a"),
        shape("pure blocks", "p q", "p>q", "p q"),
        shape("pure before an effect", "p a", "p>a", "p a"),
        shape("pure behind an effect", "a p", "a>p", "a p"),
        shape("pure on both sides", "p q a r", "p>q q>a a>r", "p q a r"),
        shape("pure branches behind an effect", "a p q", "a>p a>q", "a p q"),
        shape("pure branches behind a pure one", "p q r", "p>q p>r", "p q r"),
        shape("what suspends behind a pure one", "p z", "p>z", "p z"),
        shape("pure of no group behind a group", "a@g p", "a>p", "a p @g"),
        shape("a group behind pure ones of none", "p a@g", "p>a", "p a @g"),
        shape("pure of the same group", "a@g p@g", "a>p", "a p @g"),
        shape("pure ones of a group and none", "p@g q", "p>q", "p q @g"),
        shape("the pure targets of a router", "x p q", "x>p|q", "x p q"),
        // does not ride
        shape("an effect behind an effect", "a b", "a>b", "a", "b"),
        shape("an effect behind pure behind an effect", "a p b", "a>p p>b", "a p", "b"),
        shape("a second effect beside one", "p a b", "p>a p>b", "p", "a", "b"),
        shape("an effect behind a branch", "p q a", "p>q p>a", "p q", "a"),
        shape("an effect behind a branch further up", "p q r a", "p>q p>r q>a", "p q r", "a"),
        shape("a join", "p q r", "p>r q>r", "p", "q", "r"),
        shape("a join of effects", "a b p", "a>p b>p", "a", "b", "p"),
        shape("pure behind what suspends", "z p", "z>p", "z", "p"),
        shape("an effect behind what suspends", "z a", "z>a", "z", "a"),
        shape("what suspends behind an effect", "a z", "a>z", "a", "z"),
        shape("who gets a fault", "a p", "a!p", "a", "p"),
        shape("an effect behind who may fail elsewhere", "p a q", "p>a p!q", "p", "a", "q"),
        shape("pure of another group", "a p@g", "a>p", "a", "p @g"),
        shape("an effect of another group", "p@g a@h", "p>a", "p @g", "a @h"),
        shape("an effect of none behind pure of a group", "p@g a", "p>a", "p @g", "a"),
        shape("the targets of a router with effects", "x a b", "x>a|b", "x", "a", "b"),
        shape("who is in several routes", "x p q", "x>p|p,q", "x q", "p"));
  }

  private static Arguments shape(String name, String blocks, String connections, String... stages) {
    return Arguments.of(name, blocks, connections, List.of(stages));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void cuts(String name, String blocks, String connections, List<String> stages) {
    assertEquals(stages, stages(design(blocks, connections)));
  }

  private static String design(String blocks, String connections) {
    StringBuilder design = new StringBuilder("id: d\nblocks:\n");
    for (String block : blocks.split(" ", -1)) {
      String id = block.substring(0, 1);
      String group = block.length() > 1 ? ", group: " + block.substring(2) : "";
      design.append(
          "- {id: %s, type: %s%s, data: %s}\n"
              .formatted(id, type(id), group, data(id, connections)));
    }
    design.append("connections:");
    String listed =
        Stream.of(connections.split(" ", -1))
            .filter(c -> !c.isEmpty() && !c.startsWith("x"))
            .map(
                c ->
                    "{source: %s, target: %s%s}"
                        .formatted(
                            c.charAt(0), c.charAt(2), c.charAt(1) == '!' ? ", on: error" : ""))
            .collect(Collectors.joining(", ", " [", "]\n"));
    return design.append(listed).toString();
  }

  private static String type(String id) {
    return switch (id) {
      case "p", "q", "r" -> "transform";
      case "z" -> "sleep";
      case "x" -> "router";
      default -> "http";
    };
  }

  private static String data(String id, String connections) {
    return switch (id) {
      case "p", "q", "r" -> "{value: 1}";
      case "z" -> "{duration: 1s}";
      case "x" ->
          Stream.of(connections.substring(2).split("\\|", -1))
              .map(to -> "{when: \"${ . }\", to: [%s]}".formatted(to))
              .collect(Collectors.joining(", ", "{routes: [", "]}"));
      default -> "{url: \"http://localhost\"}";
    };
  }

  /** The blocks of each stage, and its group unless it is the default. */
  private static List<String> stages(String design) {
    return TestDesigns.plan(design).all().stream()
        .map(
            stage ->
                stage.nodes().stream().map(Node::path).collect(Collectors.joining(" "))
                    + (stage.group().equals("default") ? "" : " @" + stage.group()))
        .toList();
  }

  @Test
  void theBodyOfASplitIsCutByItself() {
    assertEquals(
        List.of("p each", "each/q each/a", "each/b", "last"),
        stages(
            """
            id: d
            blocks:
            - {id: p, type: transform, data: {value: [1]}}
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: q, type: transform, data: {value: 1}}
                - {id: a, type: http, data: {url: "http://localhost"}}
                - {id: b, type: http, data: {url: "http://localhost"}}
            - {id: last, type: transform, data: {value: 1}}
            """));
  }

  @Test
  void aStageHoldsSoManyBlocksAndNoMore() {
    String blocks =
        IntStream.range(0, 40)
            .mapToObj("- {id: p%d, type: transform, data: {value: 1}}\n"::formatted)
            .collect(Collectors.joining());

    assertEquals(
        List.of(32, 8),
        TestDesigns.plan("id: d\nblocks:\n" + blocks).all().stream()
            .map(stage -> stage.nodes().size())
            .toList());
  }
}
