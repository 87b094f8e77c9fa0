package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.expression.Expression;
import dev.howdah.expression.ExpressionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one block. */
final class BlockParser {
  static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");
  static final String ID_CURE =
      "start with a letter and use letters, digits, _ and -, at most 63 characters";

  /** The fields that a block has of its own. */
  static final List<String> FIELDS =
      List.of("id", "type", "data", "group", "timeout", "retry", "when", "description");

  private static final Set<String> TOLERATED =
      Set.of("position", "label", "name", "version", "style", "selected", "width", "height");

  /** What a participant is told by the block around it. */
  private static final Set<String> PARTICIPANT_FIELDS = Set.of("role", "for", "errors");

  /** The type of a participant that names none. */
  private static final String AGENT = "agent";

  /** The type of a tool that names a design instead. */
  private static final String DESIGN = "design";

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private final Document document;
  private final Problems problems;

  BlockParser(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
  }

  /** The block at a pointer; empty when it has neither a usable id nor a usable type. */
  Optional<Block> parse(String pointer, JsonNode node) {
    return object(pointer, node)
        .flatMap(
            fields -> {
              fields.misspelt(FIELDS, TOLERATED);
              return block(pointer, fields, "id", type(fields), pointer + "/data", data(fields));
            });
  }

  /**
   * The participant at a pointer: a block that may leave out its type, when it is an agent, and may
   * have its configuration beside its id instead of in {@code data}.
   */
  Optional<Block> participant(String pointer, JsonNode node) {
    return object(pointer, node)
        .flatMap(
            fields -> {
              Optional<String> type =
                  fields.value("type").isPresent() ? type(fields) : Optional.of(AGENT);
              if (fields.value("data").isPresent()) {
                return block(pointer, fields, "id", type, pointer + "/data", data(fields));
              }
              ObjectNode beside = ((ObjectNode) node).deepCopy();
              beside.remove(FIELDS);
              beside.remove(PARTICIPANT_FIELDS);
              beside.remove(TOLERATED);
              return block(pointer, fields, "id", type, pointer, beside);
            });
  }

  /** The tool at a pointer: a block whose id is its name, or a design. */
  Optional<Block> tool(String pointer, JsonNode node) {
    return object(pointer, node)
        .flatMap(
            fields -> {
              Optional<JsonNode> design = fields.value(DESIGN);
              if (design.isEmpty()) {
                return block(
                    pointer, fields, "name", type(fields), pointer + "/data", data(fields));
              }
              ObjectNode only = JsonNodeFactory.instance.objectNode().set(DESIGN, design.get());
              return block(pointer, fields, "name", Optional.of(DESIGN), pointer, only);
            });
  }

  private Optional<Fields> object(String pointer, JsonNode node) {
    if (node.isObject()) {
      return Optional.of(new Fields(document, pointer, node, problems));
    }
    problems.add(
        "design.invalid-field",
        document.at(pointer),
        "a block is " + Kind.of(node) + " where an object belongs",
        "write id, type and data");
    return Optional.empty();
  }

  private static Optional<String> type(Fields fields) {
    return required(
        fields,
        "type",
        TYPE,
        "use lower-case letters, digits and -",
        "say what kind of block it is, for example http");
  }

  private Optional<Block> block(
      String pointer,
      Fields fields,
      String idField,
      Optional<String> type,
      String dataPointer,
      ObjectNode data) {
    Optional<String> id =
        required(
            fields,
            idField,
            ID,
            ID_CURE,
            "give the block " + (idField.equals("id") ? "an id" : "a name"));
    String group =
        fields
            .text(
                "group",
                GROUP,
                "use lower-case letters, digits, dot, _ and -, at most 64 characters")
            .orElse(Block.DEFAULT_GROUP);
    Optional<Duration> timeout = fields.duration("timeout");
    Retry retry = retry(pointer, fields);
    Optional<Expression> when = when(pointer, fields);
    String description = fields.text("description").orElse("");
    if (id.isEmpty() || type.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Block(
            id.get(),
            type.get(),
            data,
            group,
            timeout,
            retry,
            when,
            description,
            pointer,
            dataPointer));
  }

  private static Optional<String> required(
      Fields fields, String field, Pattern form, String cure, String missing) {
    if (fields.value(field).isEmpty()) {
      fields.missing(field, missing);
      return Optional.empty();
    }
    return fields.text(field, form, cure);
  }

  private static ObjectNode data(Fields fields) {
    Optional<JsonNode> data = fields.value("data");
    if (data.isPresent() && data.get() instanceof ObjectNode object) {
      return object;
    }
    data.ifPresent(
        other ->
            fields.wrong(
                "data",
                "\"data\" is " + Kind.of(other) + " where an object belongs",
                "write the block's settings below it"));
    return JsonNodeFactory.instance.objectNode();
  }

  private Retry retry(String pointer, Fields fields) {
    return fields
        .value("retry")
        .flatMap(
            node ->
                Configuration.bind(Retry.class, node, document.under(pointer + "/retry"), problems))
        .orElse(Retry.DEFAULT);
  }

  private Optional<Expression> when(String pointer, Fields fields) {
    return fields
        .text("when")
        .flatMap(
            text -> {
              try {
                return Optional.of(Expression.parse(text));
              } catch (ExpressionException e) {
                problems.add(
                    "design.expression",
                    document.at(pointer + "/when", e.offset()),
                    e.getMessage(),
                    e.cure());
                return Optional.empty();
              }
            });
  }
}
