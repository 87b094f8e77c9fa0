package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one connection. */
final class ConnectionParser {
  private static final List<String> FIELDS =
      List.of("source", "target", "on", "sourceAgent", "targetAgent", "extract_output");
  private static final Set<String> TOLERATED = Set.of("id", "type", "label", "version");

  private final Document document;
  private final Problems problems;

  ConnectionParser(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
  }

  /**
   * The connection at a pointer; empty when one of its ends, or what it carries, cannot be told.
   */
  Optional<Connection> parse(String pointer, JsonNode node) {
    if (!node.isObject()) {
      problems.add(
          "design.invalid-field",
          document.at(pointer),
          "a connection is " + Kind.of(node) + " where an object belongs",
          "write source and target");
      return Optional.empty();
    }
    Fields fields = new Fields(document, pointer, node, problems);
    fields.misspelt(FIELDS, TOLERATED);
    Optional<String> source = end(fields, pointer, "source");
    Optional<String> target = end(fields, pointer, "target");
    Optional<Connection.On> on =
        fields.value("on").isPresent()
            ? fields.constant("on", Connection.On.class)
            : Optional.of(Connection.On.RESULT);
    Optional<Connection.Between> between = between(fields, node);
    boolean extracts = extractsOutput(fields);
    if (on.filter(Connection.On.ERROR::equals).isPresent() && (between.isPresent() || extracts)) {
      fields.wrong(
          "on",
          "a connection that carries faults has no participants and nothing to extract",
          "remove on, or type, sourceAgent, targetAgent and extract_output");
    }
    return source.isEmpty() || target.isEmpty() || on.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Connection(source.get(), target.get(), on.get(), pointer, between, extracts));
  }

  /** Of a connection of type agent, or one that names agents, both of them. */
  private static Optional<Connection.Between> between(Fields fields, JsonNode node) {
    Optional<String> source = agent(fields, "sourceAgent");
    Optional<String> target = agent(fields, "targetAgent");
    if (node.path("type").asText().equals("agent") || source.isPresent() || target.isPresent()) {
      if (source.isEmpty()) {
        fields.missing("sourceAgent", "write the id of the agent whose output is given on");
      }
      if (target.isEmpty()) {
        fields.missing("targetAgent", "write the id of the agent who gets it");
      }
    }
    return source.flatMap(from -> target.map(to -> new Connection.Between(from, to)));
  }

  private static Optional<String> agent(Fields fields, String field) {
    return fields.text(field).filter(text -> !text.isBlank());
  }

  private static boolean extractsOutput(Fields fields) {
    Optional<JsonNode> value = fields.value("extract_output");
    if (value.isPresent() && !value.get().isBoolean()) {
      fields.wrong(
          "extract_output", "\"extract_output\" is neither true nor false", "write true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(false);
  }

  private Optional<String> end(Fields fields, String pointer, String field) {
    Optional<JsonNode> end = fields.value(field);
    if (end.isEmpty()) {
      fields.missing(field, "write the id of a block");
      return Optional.empty();
    }
    if (end.get().isObject()) {
      Fields inner = new Fields(document, pointer + "/" + field, end.get(), problems);
      if (inner.value("blockId").isEmpty()) {
        inner.missing("blockId", "write the id of a block");
      }
      return inner.text("blockId", BlockParser.ID, BlockParser.ID_CURE);
    }
    return fields.text(field, BlockParser.ID, BlockParser.ID_CURE);
  }
}
