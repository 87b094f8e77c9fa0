package dev.howdah.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonInTextTest {
  private static String found(String text) {
    return JsonInText.find(text).map(Json::write).orElse("none");
  }

  @Test
  void findsJsonHoweverItIsWrapped() {
    assertEquals("{\"a\":1}", found(" {\"a\": 1} "));
    assertEquals("{\"a\":1}", found("Sure!\n```json\n{\"a\": 1}\n```\nDone."));
    assertEquals("{\"a\":1}", found("```\n{\"a\": 1}```"));
    assertEquals("{\"a\":1}", found("I choose {\"a\": 1}, since it is best."));
    assertEquals("[{\"a\":[1]},2]", found("As in [1], so: [{\"a\": [1]}, 2] (see {above})."));
  }

  @Test
  void aFenceOfAnotherLanguageIsPassedOver() {
    assertEquals("[1]", found("```java\nint a;\n```\n```json\n[1]\n```"));
  }

  @Test
  void findsNothingWhereNothingIs() {
    assertEquals("none", found("I would rather not {say}."));
    assertEquals("none", found("{\"a\": 1"));
    assertEquals("none", found(""));
  }

  @Test
  void aValueIsItsOwnJson() {
    assertEquals(
        Optional.of(Json.trusted("{\"a\":1}")), JsonInText.find(Json.trusted("{\"a\":1}")));
    assertEquals(Optional.of(Json.trusted("[1]")), JsonInText.find(TextNode.valueOf("[1]")));
  }

  @Test
  void aTextFullOfBracesTakesNoTime() {
    assertEquals("none", found("{[".repeat(500_000)));
  }
}
