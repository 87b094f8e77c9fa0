package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Feeds the parser texts that nobody would write. Set {@code howdah.test.seed} to repeat a run. */
class RubbishTest {
  private static final int TEXTS = 4_000;

  private static final String SOUND =
      """
      id: orders
      name: "Take orders"
      input: {type: object, required: [text]}
      timeout: 5m
      blocks:
      - id: fetch
        type: http
        retry: {maxAttempts: 3, on: [http.timeout], jitter: 0.1}
        when: ${ .text != "" and ($input | length) > 0 }
        data: {url: "http://x/${ .a }", list: [1, 2.5, ~, true]}
      - &b {id: other, type: split, data: {blocks: [{id: a, type: b}]}}
      connections:
      - {source: fetch, target: {blockId: other}, on: error}
      """;

  private static final List<String> SHREDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ":",
          ": ",
          "- ",
          "\n",
          "\n  ",
          "\t",
          "\"",
          "'",
          "|",
          ">",
          "&a",
          "*a",
          "!!str ",
          "!x ",
          "%YAML 1.2\n",
          "---\n",
          "...\n",
          "#",
          "?",
          ",",
          "~",
          "0x",
          "1e9",
          ".inf",
          "-",
          "${",
          "$${",
          "${ . }",
          "$blocks.",
          "\\u0000",
          "\u0000",
          "\uFEFF",
          "\uD800",
          "\uDC00",
          "😀",
          "é",
          "\u2028",
          "\u0085",
          "null",
          "id: ",
          "blocks:",
          "when: ",
          "retry: ",
          "@",
          "`",
          "<<: *a",
          "\\",
          "\\(",
          "def f: f; ",
          "999999999999999999999",
          "1.5",
          "\r",
          "\r\n");

  private final long seed = Long.getLong("howdah.test.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @Test
  void neverThrowsAnythingButInvalidDesigns() {
    System.out.println("RubbishTest: -Dhowdah.test.seed=" + seed);
    int sound = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = random.nextInt(3) == 0 ? shreds() : damaged(i % 2 == 0 ? SOUND : json());
      sound += parses(text) ? 1 : 0;
    }
    assertTrue(parses(SOUND) && parses(json()));
    assertTrue(sound < TEXTS, "damage is noticed");
  }

  private boolean parses(String text) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            DesignParser.parse("rubbish", text);
            return true;
          } catch (InvalidDesignException e) {
            assertFalse(e.problems().isEmpty());
            return false;
          } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + " on: " + text, e);
          }
        });
  }

  private static String json() {
    return dev.howdah.json.Json.MAPPER
        .valueToTree(Document.parse("d", SOUND).root())
        .toPrettyString();
  }

  private String shreds() {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      text.append(shred());
    }
    return text.toString();
  }

  private String shred() {
    return SHREDS.get(random.nextInt(SHREDS.size()));
  }

  private String damaged(String text) {
    StringBuilder damaged = new StringBuilder(text);
    List<String> cuts = new ArrayList<>();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times && damaged.length() > 1; i++) {
      int from = random.nextInt(damaged.length());
      int to = Math.min(damaged.length(), from + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> damaged.delete(from, to);
        case 1 -> damaged.insert(from, shred());
        case 2 -> damaged.replace(from, to, shred());
        default -> {
          cuts.add(damaged.substring(from, to));
          damaged.insert(random.nextInt(damaged.length()), cuts.get(0));
        }
      }
    }
    return damaged.toString();
  }
}
