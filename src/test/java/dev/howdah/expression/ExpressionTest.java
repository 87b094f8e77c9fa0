package dev.howdah.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final JsonNode INPUT =
      Json.trusted("{\"a\": {\"b\": [1, 2, 3]}, \"text\": \"x,y\", \"}\": 7, \"n\": 1.25}");

  private static String value(String expression) {
    return Json.write(Expression.parse(expression).evaluate(Scope.of(INPUT)));
  }

  private static Fault fault(String expression) {
    return assertThrows(
            FaultException.class, () -> Expression.parse(expression).evaluate(Scope.of(INPUT)))
        .fault();
  }

  private static ExpressionException problem(String text) {
    return assertThrows(ExpressionException.class, () -> Expression.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "${ .a.b }                                ~ [1,2,3]",
        "${.text}                                 ~ \"x,y\"",
        "${ .n }                                  ~ 1.25",
        "${ [.a.b[1]] }                           ~ [2]",
        "${ .missing.deeper }                     ~ null",
        "${ {a: \"}\", b: {c: .text}} }           ~ {\"a\":\"}\",\"b\":{\"c\":\"x,y\"}}",
        "${ .[\"}\"] }                            ~ 7",
        "${ \"\\(.a.b | map(\"}\\(.)\") | join(\"\")) }\" } ~ \"}1}2}3 }\"",
        "${ .text | split(\",\") }                ~ [\"x\",\"y\"]",
        "${ .a.b | @base64 \"\\(.[0])\" }         ~ \"MQ==\"",
        "${ if .n > 1 then \"big\" else \"small\" end } ~ \"big\"",
      })
  void yieldsWhatJqYields(String expression, String expected) {
    assertEquals(expected, value(expression));
  }

  @Test
  void severalOutputsAreAnArrayAndNoneIsNull() {
    assertEquals("[1,2,3]", value("${ .a.b[] }"));
    assertEquals("1", value("${ .a.b[] | select(. == 1) }"));
    assertEquals("null", value("${ empty }"));
  }

  @Test
  void seesEveryVariableOfItsScope() {
    Scope scope =
        new Scope(
                INPUT,
                TextNode.valueOf("in"),
                Map.of("block-1", IntNode.valueOf(1), "two", IntNode.valueOf(2)),
                JsonNodeFactory.instance.objectNode().put("id", "e1"),
                Optional.empty(),
                name -> Optional.of(TextNode.valueOf(name + "!")))
            .withIteration(TextNode.valueOf("thing"), 4);
    Expression expression =
        Expression.parse(
            "${ [$input, $blocks[\"block-1\"], $blocks.two, $execution.id, $item, $index,"
                + " $secrets.key] }");
    assertEquals(
        "[\"in\",1,2,\"e1\",\"thing\",4,\"key!\"]", Json.write(expression.evaluate(scope)));
    assertEquals(
        "2",
        Json.write(
            Expression.parse("${ $blocks | keys | length }").evaluate(scope.withValue(INPUT))));
  }

  @Test
  void aFailureBlamesTheDesignAndNamesTheExpression() {
    Fault fault = fault("${ .text + 1 }");
    assertEquals("expression.failed", fault.code());
    assertEquals(Blame.DESIGN, fault.blame());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("${ .text + 1 }"), fault.message());
    assertTrue(fault.message().contains("cannot be added"), fault.message());
  }

  @Test
  void aSecretThatDoesNotExistIsNamed() {
    assertEquals("expression.no-secret", fault("${ $secrets.token }").code());
    assertTrue(fault("${ $secrets.token }").message().contains("token"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${ [range(1e12)] }",
        "${ range(1e12) }",
        "${ last(range(1e12)) }",
        "${ [.a.b[] as $x | range(1e12) | empty] }",
        "${ try [range(1e12)] catch 1 }",
        "${ def f($n): if $n == 0 then 1 else f($n - 1), f($n - 1) end; f(60) }",
        "${ reduce range(1e12) as $i (0; . + 1) }",
        "${ [(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)"
            + "+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)+(1,2)] | length }",
      })
  void anEndlessProgramEnds(String expression) {
    assertEquals("expression.too-long", fault(expression).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${ def f: f; f }",
        "${ [recurse(.)] }",
        "${ until(false; .) }",
        "${ [while(true; .)] }",
      })
  void anEndlessRecursionEnds(String expression) {
    assertTrue(fault(expression).code().matches("expression.(failed|too-long)"));
  }

  @Test
  void aProgramThatFillsTheMemoryEnds() {
    assertEquals(
        "expression.too-large", fault("${ reduce range(60) as $i (\"x\"; . + .) }").code());
  }

  @Test
  void anInterruptedThreadStopsEvaluating() {
    Thread.currentThread().interrupt();
    try {
      Fault fault = fault("${ [range(1e12)] }");
      assertEquals("expression.interrupted", fault.code());
      assertTrue(fault.retryable());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "hello                 ~ 0 ~ this is not an expression",
        "${ .a                 ~ 0 ~ the expression is not closed",
        "${ .a } b             ~ 7 ~ there is text after the expression",
        "${ }                  ~ 0 ~ the expression is empty",
        "${ .a | }             ~ 8 ~ the expression ends too early",
        "${ .a ! .b }          ~ 7 ~ the expression cannot have this character here",
        "${ .a .. b b }        ~ 6 ~ the expression cannot have .. here",
        "${ (.a }              ~ 7 ~ } does not close the ( before it",
        "${ .a) }              ~ 5 ~ ) closes nothing",
        "${ \"abc }            ~ 3 ~ the string is not closed",
        "${ \"\\u12\" }        ~ 4 ~ \\u needs four hexadecimal digits",
        "${ [$foo] }           ~ 4 ~ there is no variable $foo",
        "${ (1 as $x | $x) | $x } ~ 20 ~ there is no variable $x",
        "${ .a as $input | 1 } ~ 9 ~ the expression binds $input, which already has a meaning",
        "${ $secrets }         ~ 3 ~ $secrets is read without a name",
        "${ $secrets[.a] }     ~ 3 ~ $secrets is read without a name",
        "${ .a | lenght }      ~ 8 ~ there is no function lenght",
        "${ map(.; .) }        ~ 3 ~ the function map does not take 2 arguments",
        "${ env }              ~ 3 ~ there is no function env",
        "${ import \"a\" as b; 1 } ~ 3 ~ an expression cannot use jq modules",
      })
  void saysWhatIsWrongAndWhere(String text, int offset, String message) {
    ExpressionException problem = problem(text);
    assertEquals(offset, problem.offset(), problem.getMessage());
    assertTrue(problem.getMessage().startsWith(message), problem.getMessage());
    assertFalse(problem.cure().isBlank());
    assertEquals(0, problem.getStackTrace().length);
  }

  @Test
  void manyThreadsMayEvaluateTheSameExpression() {
    Expression expression = Expression.parse("${ [.[] as $x | .[] | . * $x] | add }");
    List<Integer> results =
        IntStream.range(0, 2_000)
            .parallel()
            .mapToObj(i -> expression.evaluate(Scope.of(Json.trusted("[1, " + i + "]"))).intValue())
            .toList();
    for (int i = 0; i < results.size(); i++) {
      assertEquals((1 + i) * (1 + i), results.get(i));
    }
  }

  @Test
  void nestingHasALimit() {
    String deep = "${ " + "(".repeat(300) + "1" + ")".repeat(300) + " }";
    assertTrue(problem(deep).getMessage().startsWith("the expression is nested more than"));
    String minus = "${ " + "-".repeat(200_000) + "1 }";
    assertTrue(problem(minus).getMessage().startsWith("the expression is nested too deeply"));
  }

  @Test
  void equalSourcesAreEqualExpressions() {
    assertEquals(Expression.parse("  ${ .a }\n"), Expression.parse("${ .a }"));
    assertEquals("${ .a }", Expression.parse("  ${ .a }\n").source());
  }
}
