package dev.howdah.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.json.Json;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final Scope SCOPE =
      Scope.of(Json.trusted("{\"n\": 5, \"text\": \"a b\", \"list\": [1, \"x\"], \"nil\": null}"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain                     | \"plain\"",
        "${ .n }                   | 5",
        "n is ${ .n }              | \"n is 5\"",
        "${ .n }${ .text }         | \"5a b\"",
        "<${ .list }> <${ .nil }>  | \"<[1,\\\"x\\\"]> <null>\"",
        "${ .text } and ${ {a: \"}\"} } | \"a b and {\\\"a\\\":\\\"}\\\"}\"",
        "$${ .n }                  | \"${ .n }\"",
        "cost $5 {n} $${x} ${ .n } | \"cost $5 {n} ${x} 5\"",
        "$                         | \"$\"",
      })
  void aStringIsPlainOrInterpolatedOrAnExpression(String text, String expected) {
    assertEquals(expected, Json.write(Template.of(text).evaluate(SCOPE)));
  }

  @Test
  void expressionsMayBeAnywhereInAValue() {
    JsonNode source =
        Json.trusted(
            "{\"url\": \"http://h/${ .n }\", \"body\": {\"list\": [\"${ .list }\", 1, null]}}");
    Template template = Template.parse(source);
    assertEquals(
        "{\"url\":\"http://h/5\",\"body\":{\"list\":[[1,\"x\"],1,null]}}",
        Json.write(template.evaluate(SCOPE)));
    assertSame(source, template.toJson());
    assertFalse(template.isConstant());
  }

  @Test
  void aConstantIsGivenAsItIs() {
    Template template =
        Template.parse(Json.trusted("{\"a\": [1, \"$${x}\", true], \"b\": {\"c\": \"d\"}}"));
    assertTrue(template.isConstant());
    assertEquals(
        "{\"a\":[1,\"${x}\",true],\"b\":{\"c\":\"d\"}}", Json.write(template.evaluate(SCOPE)));
    assertSame(template.evaluate(SCOPE), template.evaluate(Scope.of(null)));
    assertEquals(References.NONE, template.references());
  }

  @Test
  void readsWhatItsExpressionsRead() {
    Template template =
        Template.parse(Json.trusted("[\"${ $blocks.a }\", \"x ${ $blocks.b } ${ $item }\"]"));
    assertEquals(Set.of("a", "b"), template.references().blocks());
    assertTrue(template.references().item());
  }

  @Test
  void everyProblemHasItsPlace() {
    JsonNode source =
        Json.trusted("{\"a\": \"${ .x \", \"b/c\": [1, \"ab ${ $foo }\"], \"ok\": \"${ . }\"}");
    List<ExpressionException> problems = Template.problems(source);
    assertEquals(List.of("/a", "/b~1c/1"), problems.stream().map(e -> e.pointer()).toList());
    assertEquals(List.of(0, 6), problems.stream().map(e -> e.offset()).toList());
    assertEquals(
        "/a", assertThrows(ExpressionException.class, () -> Template.parse(source)).pointer());
  }

  @Test
  void equalSourcesAreEqualTemplates() {
    assertEquals(Template.of("a"), Template.parse(TextNode.valueOf("a")));
  }
}
