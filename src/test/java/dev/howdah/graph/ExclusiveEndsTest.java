package dev.howdah.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.design.DesignParser;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which graphs have a result of one block, and which have an object by block id. */
class ExclusiveEndsTest {
  private static final String TRANSFORM = "transform, data: {value: 1}";

  /**
   * Connections as {@code a>b}, on error as {@code a!b}; a block that chooses as {@code r?a|b,c},
   * which is one route to a and another to b and c.
   */
  private static Graph graph(String arrows) {
    Map<String, String> blocks = new LinkedHashMap<>();
    StringBuilder connections = new StringBuilder();
    for (String arrow : List.of(arrows.split(" ", -1))) {
      if (arrow.contains("?")) {
        String[] parts = arrow.split("\\?", 2);
        String routes =
            Arrays.stream(parts[1].split("\\|", -1))
                .map(to -> "{when: \"${ . }\", to: [" + to + "]}")
                .collect(Collectors.joining(", "));
        blocks.put(parts[0], "router, data: {routes: [" + routes + "]}");
        List.of(parts[1].split("[|,]", -1)).forEach(b -> blocks.putIfAbsent(b, TRANSFORM));
      } else {
        boolean onError = arrow.contains("!");
        String[] ends = arrow.split("[>!]", 2);
        List.of(ends).forEach(b -> blocks.putIfAbsent(b, TRANSFORM));
        if (ends.length == 2) {
          connections.append(
              "- {source: %s, target: %s, on: %s}\n"
                  .formatted(ends[0], ends[1], onError ? "error" : "result"));
        }
      }
    }
    StringBuilder text = new StringBuilder("id: d\nblocks:\n");
    blocks.forEach((id, rest) -> text.append("- {id: " + id + ", type: " + rest + "}\n"));
    text.append(connections.isEmpty() ? "connections: []\n" : "connections:\n" + connections);
    return Graph.of(
        DesignParser.parse("d.yaml", text.toString()),
        new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          a                          ; true
          a>b                        ; true
          a b                        ; false
          a>b a>c                    ; false
          a>b a>c b>d c>d            ; true
          r?a|b                      ; true
          r?a|b|c                    ; true
          r?a|a,b                    ; false
          r?a,b                      ; false
          r?a|b a>x b>y              ; true
          r?a|b a>x b>y a>y          ; false
          r?a|b p>r p>b              ; false
          p>r r?a|b                  ; true
          q>r r?a|b z>b              ; false
          r?s|c s?a|b                ; true
          a>b b!c a!d c>e d>f        ; true
          a>b a>c b!d c!e            ; false
          a>b a>c b>d c!d            ; false
          a>b b!c b>d c>d            ; true
          a!b                        ; true
          a>b a!c                    ; true
          a>b a!b                    ; true
          a>b a!c b>d c>d            ; true
          a>b a!c b>c                ; true
          a>b b!c a!c                ; true
          a>b b!c a!d                ; true
          a>b a>c a!d                ; false
          r?a|b r!c                  ; true
          r?a|b a!c b!d              ; true
          r?a|b,c r!d                ; false
          r?a|b a!x b>x              ; true
          """)
  void hasOneEndWhenTheOthersCannotSettleWithIt(String arrows, boolean expected) {
    assertEquals(expected, graph(arrows).hasOneEnd());
  }

  @Test
  void manyEndsBehindManyChoicesTakeNoTime() {
    StringBuilder arrows = new StringBuilder("n0");
    for (int i = 0; i < 499; i++) {
      arrows.append(" n%d>n%d n%d!e%d".formatted(i, i + 1, i, i));
    }
    assertTimeout(Duration.ofSeconds(5), () -> assertTrue(graph(arrows.toString()).hasOneEnd()));
  }
}
