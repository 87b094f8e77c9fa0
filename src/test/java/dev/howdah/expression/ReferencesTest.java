package dev.howdah.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {
  private static References of(String expression) {
    return Expression.parse(expression).references();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "${ $blocks.x.y }                        ~ x",
        "${ $blocks[\"block-1\"] }               ~ block-1",
        "${ $blocks.\"block-1\" }                ~ block-1",
        "${ \"a \\($blocks.x) b\" }              ~ x",
        "${ {a: $blocks.x, b: [$blocks.y[0]]} }  ~ x,y",
        "${ .a as [$b, {c: $d}] | $b + $d + $blocks.x } ~ x",
        "${ .a as {($blocks.x): $d} | $d }       ~ x",
      })
  void namesTheBlocksThatAreRead(String expression, String blocks) {
    assertEquals(Set.of(blocks.split(",")), of(expression).blocks());
    assertFalse(of(expression).allBlocks());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${ $blocks }",
        "${ $blocks | .x }",
        "${ $blocks[.name] }",
        "${ $blocks[] }",
        "${ {$blocks} }",
        "${ $blocks[\"a\", \"b\"] }",
      })
  void aDynamicUseMayReadAnyBlock(String expression) {
    assertTrue(of(expression).allBlocks());
  }

  @Test
  void textInStringsAndCommentsIsNotRead() {
    References read = of("${ \"$blocks.x $input\" # $item \n}");
    assertEquals(References.NONE, read);
  }

  @Test
  void tellsWhichOfTheOtherVariablesAreRead() {
    References read = of("${ [$input.a, $item, $secrets.key, $secrets[\"other\"]] }");
    assertTrue(read.input());
    assertTrue(read.item());
    assertFalse(read.index());
    assertFalse(read.execution());
    assertEquals(Set.of("key", "other"), read.secrets());
    assertTrue(of("${ [$index, $execution.id] }").index());
    assertTrue(of("${ [$index, $execution.id] }").execution());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${ . as $x | $x }",
        "${ reduce .[]? as $x (0; . + $x) }",
        "${ foreach (1, 2) as $x (0; . + $x; [$x, .]) }",
        "${ def f($x; g): $x + g; f(1; 2) }",
        "${ label $out | (1, break $out) }",
        "${ . as {a: $x, $y, \"b\": [$z]} | [$x, $y, $z] }",
        "${ {as: 1, def: 2, label: 3, if: 4, then: 5} }",
        "${ {then, map} }",
        "${ {a: (1 | tostring)} | {a} | .def? }",
      })
  void variablesThatTheProgramBindsAreItsOwn(String expression) {
    assertEquals(References.NONE, of(expression));
    Expression.parse(expression).evaluate(Scope.of(null));
  }

  @Test
  void togetherTheyReadWhatEitherReads() {
    References both = of("${ $blocks.a + $input }").and(of("${ $blocks.b + $index }"));
    assertEquals(Set.of("a", "b"), both.blocks());
    assertTrue(both.input());
    assertTrue(both.index());
  }
}
