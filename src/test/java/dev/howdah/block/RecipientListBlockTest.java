package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.engine.Trial;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RecipientListBlockTest {
  private static final String DESIGN =
      """
      blocks:
      - {id: whom, type: recipient-list, data: {to: "${ .to }"}}
      - {id: a, type: flaky, data: {failures: 1, value: "a${ .n }"}}
      - {id: b, type: transform, data: {value: "b${ .n }"}}
      - {id: behind, type: transform, data: {value: "${ . } and on"}}
      connections:
      - {source: whom, target: a}
      - {source: whom, target: b}
      - {source: b, target: behind}
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

  @Test
  void givesItsInputToThoseNamedAndSkipsTheOthers() throws Exception {
    assertEquals("{\"a\":\"a1\"}", trial.result(DESIGN, "{\"n\": 1, \"to\": \"a\"}"));
    assertEquals(
        "{\"a\":\"a1\",\"behind\":\"b1 and on\"}",
        trial.result(DESIGN, "{\"n\": 1, \"to\": [\"b\", \"a\"]}"));
    assertEquals("{}", trial.result(DESIGN, "{\"n\": 1, \"to\": []}"));
    assertEquals("{}", trial.result(DESIGN, "{\"n\": 1}"));
  }

  @Test
  void failsForOneItIsNotConnectedTo() throws Exception {
    assertEquals(
        "whom recipient-list.unknown: \"behind\" is no connected block; connected are a, b",
        trial.result(DESIGN, "{\"n\": 1, \"to\": [\"a\", \"behind\"]}"));
  }

  @Test
  void worksInsideASplit() throws Exception {
    assertEquals(
        "[{\"x\":1},{\"y\":2}]",
        trial.result(
            """
            blocks:
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: whom, type: recipient-list, data: {to: "${ .to }"}}
                - {id: x, type: transform, data: {value: "${ .n }"}}
                - {id: y, type: transform, data: {value: "${ .n }"}}
                connections:
                - {source: whom, target: x}
                - {source: whom, target: y}
            """,
            "[{\"n\": 1, \"to\": \"x\"}, {\"n\": 2, \"to\": \"y\"}]"));
  }
}
