package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.expression.Expression;
import dev.howdah.expression.Template;
import dev.howdah.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  enum Method {
    GET,
    POST,
    LONG_POLL
  }

  record Size(@Doc("how many") int of) {}

  @Doc("a part")
  record Part(@Doc("its name") String name, @Default("1") long weight, Optional<Size> size) {
    Part(String name, long weight) {
      this(name, weight, Optional.empty());
    }

    Part {
      if (weight < 0) {
        throw new IllegalArgumentException("weight is not negative");
      }
    }
  }

  record Call(
      @Doc("where to") Template url,
      @Default("get") Method method,
      @Default("30s") Duration wait_,
      @Default("16MiB") ByteSize limit,
      Optional<Expression> until,
      @Default("{}") Map<String, Template> headers,
      @Default("[]") List<Part> parts,
      Optional<JsonNode> extra,
      @Default("3") int tries,
      @Default("0.5") double rate,
      @Default("true") boolean follow,
      Optional<Part> main) {}

  private static Call bind(String yaml) {
    Problems problems = new Problems();
    Document document = Document.parse("d", "# YAML\n" + yaml);
    Optional<Call> call =
        Configuration.bind(Call.class, document.root(), document.under(""), problems);
    problems.throwIfAny();
    return call.orElseThrow();
  }

  private static String problems(String yaml) {
    return assertThrows(InvalidDesignException.class, () -> bind(yaml)).problems().stream()
        .map(Problem::toString)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void whatIsNotSaidIsTheDefault() {
    Call call = bind("url: http://x");
    assertEquals(
        new Call(
            Template.of("http://x"),
            Method.GET,
            Duration.ofSeconds(30),
            ByteSize.parse("16MiB"),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            3,
            0.5,
            true,
            Optional.empty()),
        call);
  }

  @Test
  void nullIsAValueWhereAnyJsonMayStand() {
    Call call = bind("{url: null, extra: null, headers: {a: null}}");
    assertEquals(NullNode.instance, call.url().toJson());
    assertEquals(NullNode.instance, call.headers().get("a").toJson());
    assertEquals(Optional.empty(), call.extra());
  }

  @Test
  void nullIsAsIfItWasLeftOutWhereItIsNoValue() {
    Call call =
        bind(
            """
            url: a
            method: ~
            wait_:
            limit: ~
            until: ~
            headers: ~
            parts: ~
            tries: ~
            rate: ~
            follow: ~
            main: ~
            """);
    assertEquals(bind("url: a"), call);
    assertEquals(
        List.of(new Part("p", 1)), bind("{url: a, parts: [{name: p, weight: ~}]}").parts());
    assertEquals(
        Optional.of(new Part("m", 1)), bind("{url: a, main: {name: m, weight: ~}}").main());
  }

  @Test
  void everyKindOfComponentIsBound() {
    Call call =
        bind(
            """
            url: {any: "${ .x }"}
            method: long-poll
            wait_: 5m
            limit: 1kB
            until: ${ .done }
            headers: {a: "x ${ .y }", b: 2}
            parts: [{name: p}, {name: q, weight: 7}]
            extra: [1, null]
            tries: 1
            rate: 2
            follow: false
            main: {name: m}
            """);
    assertEquals(Method.LONG_POLL, call.method());
    assertEquals(Duration.ofMinutes(5), call.wait_());
    assertEquals(new ByteSize(1000), call.limit());
    assertEquals(Optional.of(Expression.parse("${ .done }")), call.until());
    assertEquals(Set.of("a", "b"), call.headers().keySet());
    assertEquals(List.of(new Part("p", 1), new Part("q", 7)), call.parts());
    assertEquals(Optional.of(Json.trusted("[1,null]")), call.extra());
    assertEquals(2.0, call.rate());
    assertEquals(Optional.of(new Part("m", 1)), call.main());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | `d:2:1: \"url\" is missing. Add it: where to.`",
        "{url: a, methd: get} | `d:2:10: There is no setting \"methd\" here. Did you mean"
            + " \"method\"?`",
        "{url: a, timeout: 5s} | `d:2:10: There is no setting \"timeout\" here. Write it next to the"
            + " block's id, type and data.`",
        "{url: a, main: {name: x, foo: 1}} | `d:2:26: There is no setting \"foo\" here. The settings"
            + " are name, weight, size.`",
        "{url: a, method: put} | `d:2:18: \"put\" is not a valid method. Write get or post or"
            + " long-poll.`",
        "{url: a, method: pots} | `d:2:18: \"pots\" is not a valid method. Did you mean \"post\"?`",
        "{url: a, method: 5} | `d:2:18: \"method\" is a number where a text belongs. Write get or"
            + " post or long-poll.`",
        "{url: a, tries: many} | `d:2:17: \"tries\" is a text where a whole number belongs. Write it"
            + " without quotes.`",
        "{url: a, tries: 1.5} | `d:2:17: \"tries\" is a number where a whole number belongs. Write"
            + " a whole number.`",
        "{url: a, tries: 3000000000} | `d:2:17: 3000000000 is out of range. Write a number nearer to"
            + " 0.`",
        "{url: a, rate: 1e999} | `d:2:16: 1E+999 is out of range. Write a number nearer to 0.`",
        "{url: a, wait_: 10} | `d:2:17: \"wait_\" is a number where a duration belongs. Write a"
            + " number with a unit, such as 500ms, 10s, 5m, 2h or 1d.`",
        "{url: a, wait_: soon} | `d:2:17: \"soon\" is not a duration. Write a number with a unit,"
            + " such as 500ms, 10s, 5m, 2h or 1d.`",
        "{url: a, limit: 10} | `d:2:17: \"limit\" is a number where a size belongs. Write a number"
            + " with a unit, such as 512B, 64kB, 64MB or 64MiB.`",
        "{url: a, follow: \"yes\"} | `d:2:18: \"follow\" is a text where true or false belongs."
            + " Write true or false without quotes.`",
        "{url: a, parts: [{name: p, weight: -1}]} | `d:2:36: \"weight\" is not negative. Correct"
            + " the settings here.`",
        "{url: a, parts: [{weight: 1}, 5]} | `d:2:18: \"name\" is missing. Add it: its name.\n"
            + "d:2:31: \"parts[1]\" is a number where an object belongs. Write its settings below"
            + " it.`",
        "{url: \"ab ${ .x\", until: \".x\"} | `d:2:11: The expression is not closed. End it with }, or"
            + " write $${ for a literal ${.\n"
            + "d:2:27: This is not an expression. Write it as ${ … }, for example ${ .name }.`",
        "{url: {a: \"${ $x }\", b: [\"${ + }\"]}} | `d:2:15: There is no variable $x. The known ones"
            + " are $input, $blocks, $execution, $item, $index and $secrets.\n"
            + "d:2:30: The expression cannot have + here. See the jq manual for the syntax.`",
        "{url: a, parts: [~]} | `d:2:18: \"parts[0]\" is empty where an object belongs. Write its"
            + " settings below it.`",
        "{url: a, main: {name: ~}} | `d:2:23: \"name\" is empty where a text belongs. Write a text:"
            + " its name.`",
        "{url: a, main: {name: m, size: {of: ~}}} | `d:2:37: \"of\" is empty where a whole number"
            + " belongs. Write a whole number: how many.`",
        "5 | `d:2:1: This is a number where an object belongs. Write its settings below it.`",
      })
  void everyProblemHasPlaceCauseAndCure(String yaml, String expected) {
    assertEquals(expected, problems(yaml));
  }

  @Test
  void theSchemaDescribesTheRecord() {
    JsonNode schema = ConfigurationSchema.of(Call.class).json();
    JsonNode settings = schema.get("properties");
    assertEquals("[\"url\"]", schema.get("required").toString());
    assertEquals("false", schema.get("additionalProperties").toString());
    assertEquals("{\"description\":\"where to\"}", settings.get("url").toString());
    assertEquals(
        "{\"type\":\"string\",\"enum\":[\"get\",\"post\",\"long-poll\"],\"default\":\"get\"}",
        settings.get("method").toString());
    assertEquals(
        "{\"type\":\"string\",\"format\":\"short-duration\",\"default\":\"30s\"}",
        settings.get("wait_").toString());
    assertEquals(
        "{\"type\":\"string\",\"format\":\"expression\"}", settings.get("until").toString());
    assertEquals(
        "{\"type\":\"object\",\"additionalProperties\":{},\"default\":{}}",
        settings.get("headers").toString());
    assertEquals(
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"its"
            + " name\"},\"weight\":{\"type\":\"integer\",\"default\":1},\"size\":{\"type\":\"object\",\"properties\":{\"of\":{\"type\":\"integer\",\"description\":\"how many\"}},\"required\":[\"of\"],\"additionalProperties\":false}},\"required\":[\"name\"],"
            + "\"description\":\"a part\",\"additionalProperties\":false}",
        settings.get("parts").get("items").toString());
    assertEquals("url", settings.fieldNames().next());
  }

  @Test
  void aSchemaIsACopy() {
    ConfigurationSchema.of(Call.class).json().removeAll();
    assertTrue(ConfigurationSchema.of(Call.class).json().has("properties"));
  }
}
