package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import dev.howdah.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentTest {
  private static String problems(String text) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThrows(InvalidDesignException.class, () -> Document.parse("d", text))
                .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | null",
        "~ | null",
        "true | true",
        "FALSE | false",
        "yes | \"yes\"",
        "12 | 12",
        "+12 | 12",
        "-3000000000 | -3000000000",
        "0o17 | 15",
        "0xff | 255",
        "1.50 | 1.50",
        "1e3 | 1E+3",
        ".5 | 0.5",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "012 | 12",
        "1_000 | \"1_000\"",
        "2024-01-01 | \"2024-01-01\"",
        "'12' | \"12\"",
        "!!str 12 | \"12\"",
        "!!int 12 | 12",
        "${ .a } | \"${ .a }\"",
      })
  void scalarsFollowTheCoreSchema(String yaml, String json) {
    assertEquals(json, Document.parse("d", "v: " + yaml).root().get("v").toString());
  }

  @Test
  void positionsAreThoseOfValuesAndKeys() {
    Document document = Document.parse("d", "a: 1\nb:\n  - x\n  - {c/d: é, e: 5}\n");
    assertEquals("d:1:4", document.at("/a").toString());
    assertEquals("d:3:5", document.at("/b/0").toString());
    assertEquals("d:4:11", document.at("/b/1/c~1d").toString());
    assertEquals("d:4:6", document.key("/b/1/c~1d").toString());
    assertEquals("d:4:14", document.key("/b/1/e").toString());
    assertEquals("d:4:17", document.at(JsonPointer.compile("/b/1/e")).toString());
  }

  @Test
  void whatIsNotThereHasThePositionOfWhatIsAroundIt() {
    Document document = Document.parse("d", "a: 1\nb:\n  - x\n");
    assertEquals("d:3:3", document.at("/b/7/none").toString());
    assertEquals("d:1:1", document.at("/none").toString());
    assertEquals("d:3:5", document.under("/b").at("/0").toString());
  }

  @Test
  void jsonHasPositionsAndMayHaveTabs() {
    Document document = Document.parse("d", "\uFEFF{\n\t\"a\": [1,\t{\"b\": \"x\"}]\n}");
    assertEquals("{\"a\":[1,{\"b\":\"x\"}]}", Json.write(document.root()));
    assertEquals("d:2:2", document.key("/a").toString());
    assertEquals("d:2:7", document.at("/a").toString());
    assertEquals("d:2:17", document.at("/a/1/b").toString());
  }

  @Test
  void aCharacterOfAStringHasAPosition() {
    Document document =
        Document.parse(
            "d",
            """
            plain: ab ${ . }
            quoted: "ab ${ . }"
            escaped: "\\tab ${ . }"
            literal: |
              first
              ab ${ . }
            """);
    assertEquals("d:1:11", document.at("/plain", 3).toString());
    assertEquals("d:2:13", document.at("/quoted", 3).toString());
    assertEquals("d:3:10", document.at("/escaped", 4).toString());
    assertEquals("d:6:6", document.at("/literal", 9).toString());
    assertEquals("d:5:3", document.at("/literal", 0).toString());
  }

  @Test
  void aliasesStandForWhatTheyName() {
    Document document = Document.parse("d", "a: &x {b: 1}\nc: *x\n");
    assertEquals("{\"a\":{\"b\":1},\"c\":{\"b\":1}}", Json.write(document.root()));
    assertEquals("d:2:4", document.at("/c/b").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | `d:1:1: The document is empty. Write a design with blocks.`",
        "# nothing | `d:1:1: The document is empty. Write a design with blocks.`",
        "`a: 1\nb: 2\na: 3` | `d:3:1: The key \"a\" is here twice. Remove it here or in line 1.`",
        "`{\"a\": 1,\n \"a\": 2}` | `d:2:2: The key \"a\" is here twice. Remove it here or in line 1.`",
        "`a:\n\t- 1` | `d:2:1: This is not YAML: while scanning for the next token, found character"
            + " '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation). Indent"
            + " with spaces, not tabs.`",
        "`a: *none` | `d:1:4: The alias *none has no anchor before it. Write &none where the value"
            + " is.`",
        "`a: &a [*a]` | `d:1:8: The alias *a has no anchor before it. Write &a where the value is.`",
        "`a: 1\n---\nb: 2` | `d:2:1: A second document starts here. Put it in a file of its own.`",
        "`{\"a\": 1} x` | `d:1:10: This is not JSON: Unrecognized token 'x': was expecting (JSON"
            + " String, Number, Array, Object or token 'null', 'true' or 'false'). Correct the JSON"
            + " here or just before.`",
        "`{\"a\": [1` | `d:1:9: This is not JSON: Unexpected end-of-input: expected close marker for"
            + " Array. Correct the JSON here or just before.`",
        "`{\"a\": 1} {}` | `d:1:10: There is text after the end of the document. Remove it.`",
        "`a: .inf` | `d:1:4: JSON has no number .inf. Put it in quotes, or write a finite number.`",
        "`a: 1e99999` | `d:1:4: The number is too long. Write at most 400 digits and an exponent of"
            + " at most three.`",
        "`[a]: 1` | `d:1:1: A key is not a text. Write a plain text as the key.`",
        "`a: !!binary eA==` | `d:1:4: The tag !!binary has no meaning here. Remove it.`",
        "`when: ${ {a: 1} }` | `d:1:12: This is not YAML: mapping values are not allowed here. Put"
            + " the text in quotes, or correct the indentation.`",
      })
  void saysWhatIsWrongAndWhere(String text, String expected) {
    assertEquals(expected, problems(text));
  }

  @Test
  void lengthIsBounded() {
    assertTrue(problems("a".repeat(Document.MAX_LENGTH + 1)).contains("more than 1048576"));
  }

  @Test
  void depthIsBounded() {
    assertTrue(problems("[".repeat(100_000)).startsWith("d:1:101: Objects and lists are nested"));
    assertTrue(problems("{\"a\":" + "[".repeat(100_000)).contains("nested more than 100 deep"));
    assertTrue(problems("- ".repeat(100_000)).contains("nested more than 100 deep"));
    assertEquals(1, Document.parse("d", "[".repeat(100) + "]".repeat(100)).root().size());
  }

  @Test
  void aliasesThatMultiplyAreBounded() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(10)).append("x]\n");
    }
    assertTrue(problems(bomb.toString()).contains("The document has more than 200000 values"));
  }

  @Test
  void aLongDocumentIsReadInReasonableTime() {
    StringBuilder text = new StringBuilder("blocks:\n");
    while (text.length() < Document.MAX_LENGTH - 100) {
      text.append("- {id: block, type: http, data: {url: \"http://x\"}}\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> Document.parse("d", text.toString()).root());
  }
}
