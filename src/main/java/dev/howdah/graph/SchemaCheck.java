package dev.howdah.graph;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Checks that a schema in a design is a JSON Schema of draft 2020-12 that needs nothing from
 * elsewhere: a value is never a reason to read from the network.
 */
public final class SchemaCheck {
  private static final String CODE = "design.schema";
  private static final String WANTED = "write JSON Schema of draft 2020-12";

  /** Keywords whose values are data, not schemas. */
  private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

  private final JsonNode schema;
  private final String base;
  private final Finder finder;
  private final Set<String> wrong = new HashSet<>();

  private SchemaCheck(JsonNode schema, String base, Finder finder) {
    this.schema = schema;
    this.base = base;
    this.finder = finder;
  }

  /** Gets what is wrong with a schema. */
  public interface Finder {
    /**
     * @param pointer JSON pointer of the place
     */
    void found(String pointer, String message, String cure);
  }

  private static final class Metaschema {
    static final JsonSchema INSTANCE =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                SchemaLocation.of(SchemaId.V202012),
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build());
  }

  /**
   * Checks a schema.
   *
   * @param base the JSON pointer where it stands in the document
   */
  static void check(JsonNode schema, String base, Findings findings) {
    check(schema, base, (pointer, message, cure) -> findings.add(pointer, CODE, message, cure));
  }

  /**
   * Checks a schema, which may stand in no design.
   *
   * @param base the JSON pointer where it stands
   */
  public static void check(JsonNode schema, String base, Finder finder) {
    SchemaCheck check = new SchemaCheck(schema, base, finder);
    JsonNode draft = schema.path("$schema");
    if (!draft.isMissingNode() && !draft.asText().replace("#", "").equals(SchemaId.V202012)) {
      check.report(
          "/$schema",
          "the schema is of " + draft.asText(),
          "write \"" + SchemaId.V202012 + "\" or leave it out");
    }
    Metaschema.INSTANCE.validate(schema).forEach(check::report);
    check.walk(schema, "");
  }

  private void report(ValidationMessage message) {
    String text = message.getMessage();
    int colon = text.indexOf(": ");
    report(
        message.getInstanceLocation().toString(),
        "the schema is wrong here: " + (colon < 0 ? text : text.substring(colon + 2)),
        WANTED);
  }

  /** One problem a place: the metaschema tells the same thing in several ways. */
  private void report(String pointer, String message, String cure) {
    if (wrong.add(pointer)) {
      finder.found(base + pointer, message, cure);
    }
  }

  private void walk(JsonNode node, String pointer) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(node.get(i), pointer + "/" + i);
      }
      return;
    }
    for (var member : node.properties()) {
      String place = Strings.member(pointer, member.getKey());
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "$ref", "$dynamicRef" -> reference(value, place);
        case "pattern" -> pattern(value.isTextual() ? value.textValue() : "", place);
        case "patternProperties" ->
            value.fieldNames().forEachRemaining(p -> pattern(p, Strings.member(place, p)));
        default -> {
          // What else there is has nothing to look up.
        }
      }
      if (!DATA.contains(member.getKey())) {
        walk(value, place);
      }
    }
  }

  private void reference(JsonNode value, String pointer) {
    if (!value.isTextual()) {
      return;
    }
    String target = value.textValue();
    if (!target.startsWith("#")) {
      report(
          pointer,
          "the schema refers to \"" + target + "\", which is elsewhere",
          "put that schema under $defs and write \"#/$defs/…\"");
    } else if (target.startsWith("#/")
        && schema.at(JsonPointer.compile(target.substring(1))).isMissingNode()) {
      report(
          pointer,
          "the schema has nothing at \"" + target + "\"",
          "correct the reference, or add what it names");
    }
  }

  private void pattern(String pattern, String pointer) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      report(
          pointer,
          "\"%s\" is no regular expression: %s".formatted(pattern, e.getDescription()),
          "correct it; in YAML, put it in single quotes");
    }
  }
}
