package dev.howdah.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.howdah.json.Json;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeteringTest {
  private static JqLexer.Program program(String jq) {
    return JqLexer.program(jq + "}", 0);
  }

  private static String stepped(String jq) {
    return Metering.insertSteps(jq, 0, program(jq).tokens()).strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ".a | .b;                 .a | _step |  .b",
        "[.a];                    [.a | _step]",
        ".a[0] + .b['x'];         .a[0] + .b['x']",
        "(.a);                    (.a | _step)",
        "if .a then .b end;       if .a  | _step then .b end",
        "def f: 1~ f;             def f: _step |  1~ f",
        "def f($a~ g): 1~ f(1~ 2); def f($a~ g): _step |  1~ f(1~ _step |  2 | _step)",
        ". as [$a, {b: $c}] | $a; . as [$a, {b: $c}] | _step |  $a",
        "[];                      []",
        "{then, a: [1]};          {then, a: [1 | _step]}",
      })
  void putsStepsWhereWorkGrows(String jq, String expected) {
    String plain = jq.replace('~', ';').replace('\'', '"');
    assertEquals(expected.replace('~', ';').replace('\'', '"'), stepped(plain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        ".a.b[0]",
        ".a | length",
        "[.a, .b]",
        "{a: .a, b: [.b]}",
        ".a[] | .b",
      })
  void leavesAloneWhatGrowsOnlyWithTheData(String jq) {
    assertFalse(Metering.isNeeded(program(jq).tokens()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[.[] as $x | .[] | . + $x]",
        "def f: def g: . + 1; g; [.[] | f]",
        "def f(x): [x, x]; def h($y): $y; f(.[]), h(.[0])",
        "reduce .[] as $x (0; . + $x)",
        "[foreach .[] as $x (0; . + $x; [$x, .])]",
        "[foreach ([.[]], [1]) as [$x] (0; . + $x)]",
        "[paths(..)]",
        "[.. | numbers]",
        "del(.[0], .[1])",
        "path(.[0] | .), (.[0] |= 5), (.[] += 1), to_entries",
        "[label $out | .[] | if . > 1 then ., break $out else . end]",
        "[.[] | try error(\"x\") catch . | .[0:1], .[]?]",
        "\"a \\([.[] | . * 2] | .[0]) \\(.[1] + .[2])\", ([.[]] | @json \"x\\(.)\")",
        "(.[0], .[1]) as $x | {$x, \"y\": (.[2]), (\"z\" + \"\"): 1, @base64 \"k\": 2}",
        "[limit(3; .[], .[])], first(.[]), any(.[]; . > 1), all(.[] > 0, .[] > 1; .)",
        "[.[] | select(. > 1)] | map(. + 1) | add // 0, (.[] // 5), .[1:][0]",
        "[..] # comment\n | length # end\n",
        "-(.[0], .[1]), [.[] | -(.)], . == [1,2,3] and (.[0] or .[1])",
        "if .[0] == 1 then \"a\" elif (.[] | . > 5) then \"b\" else [.[], .[]] end",
        "sort_by(.[]?, .), group_by(. % 2), [splits(\"a\", \"b\")]?, min_by(.), ([.[]] | unique)",
        "[recurse(if . == [] then empty else .[1:]? end; . != null)] | length, (.. |= .)",
        "[.[] | [., 1] | .[0] as $v | .[1] as $w | {v: $v, w: $w} | .v, .w | tostring]",
      })
  void stepsDoNotChangeWhatAProgramYields(String jq) throws JsonQueryException {
    assertEquals(run(jq), run(Metering.insertSteps(jq, 0, program(jq).tokens())));
  }

  private static String run(String jq) throws JsonQueryException {
    var query = net.thisptr.jackson.jq.JsonQuery.compile(jq, JqFunctions.VERSION);
    var outputs = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
    new Budget(jq)
        .meter(
            () ->
                query.apply(
                    net.thisptr.jackson.jq.Scope.newChildScope(JqFunctions.ROOT),
                    Json.trusted("[1, 2, 3]"),
                    outputs::add));
    return outputs.toString();
  }
}
