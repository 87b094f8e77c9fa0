package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a design from its document. */
public final class DesignParser {
  private static final List<String> FIELDS =
      List.of("id", "name", "description", "input", "mode", "timeout", "blocks", "connections");
  private static final Set<String> TOLERATED = Set.of("version", "metadata", "viewport");
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final String ID_CURE =
      "use lower-case letters, digits and -, at most 63 characters, for example my-design";

  private DesignParser() {}

  /**
   * Reads a design.
   *
   * @param file the name to use in positions
   * @param text YAML or JSON
   * @throws InvalidDesignException with everything that is wrong in its form
   */
  public static Design parse(String file, String text) {
    return of(Document.parse(file, text));
  }

  /**
   * Reads a design from a document that has been parsed.
   *
   * @throws InvalidDesignException with everything that is wrong in its form
   */
  public static Design of(Document document) {
    Problems problems = new Problems();
    Reading reading = read(document, problems);
    problems.throwIfAny();
    return reading.design().orElseThrow();
  }

  /**
   * Reads of a design what can be read.
   *
   * @param problems everything that is wrong in its form is added here
   * @throws InvalidDesignException when the document is no object, so that nothing can be read
   */
  public static Reading read(Document document, Problems problems) {
    JsonNode root = document.root();
    if (!root.isObject()) {
      problems.add(
          "design.not-an-object",
          document.at(""),
          "a design is an object, but this is " + Kind.of(root),
          "write name and blocks");
      problems.throwIfAny();
    }
    Fields fields = new Fields(document, "", root, problems);
    fields.misspelt(FIELDS, TOLERATED);
    Optional<String> name = fields.text("name");
    String id = id(fields, name);
    String description = fields.text("description").orElse("");
    Optional<JsonNode> input = input(fields);
    Design.Mode mode = fields.constant("mode", Design.Mode.class).orElse(Design.Mode.DURABLE);
    Optional<Duration> timeout = fields.duration("timeout");
    Blocks blocks = nested(document, "", problems);
    Optional<Design> whole =
        problems.isEmpty()
            ? Optional.of(
                new Design(
                    id,
                    name.orElse(id),
                    description,
                    input,
                    mode,
                    timeout,
                    blocks.blocks(),
                    blocks.connections(),
                    document))
            : Optional.empty();
    return new Reading(id, input, blocks, document, whole);
  }

  /**
   * Reads the {@code blocks} and {@code connections} of the object at a pointer: a design, or the
   * data of a block with a body. Reports at least one problem when it finds no block.
   */
  public static Blocks nested(Document document, String pointer, Problems problems) {
    return new BlocksReader(document, pointer, problems).read();
  }

  /**
   * Reads the one block at a pointer: a participant of a pattern, or what a block does in a special
   * case. Unlike other blocks it may leave its type out, when it is an agent, and have its
   * configuration beside its id.
   */
  public static Blocks participant(Document document, String pointer, Problems problems) {
    return new BlocksReader(document, pointer, problems).participant();
  }

  /** Reads the tool at a pointer: a block, or a design, whose id is its {@code name}. */
  public static Blocks tool(Document document, String pointer, Problems problems) {
    return new BlocksReader(document, pointer, problems).tool();
  }

  private static String id(Fields fields, Optional<String> name) {
    if (fields.value("id").isPresent()) {
      return fields.text("id", ID, ID_CURE).orElse("");
    }
    String derived = name.map(DesignParser::idOf).orElse("");
    if (derived.isEmpty()) {
      fields.missing(
          name.isPresent() ? "id" : "name",
          name.isPresent()
              ? "the name has no letter to make one of; " + ID_CURE
              : "give the design a name or an id");
    }
    return derived;
  }

  /** The id of a design that has only a name; empty when the name has no letter to make one of. */
  public static String idOf(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
    String dashed = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String trimmed = dashed.replaceAll("^-|-$", "");
    return trimmed.substring(0, Math.min(63, trimmed.length()));
  }

  private static Optional<JsonNode> input(Fields fields) {
    Optional<JsonNode> input = fields.value("input");
    if (input.isPresent() && !input.get().isObject()) {
      fields.wrong(
          "input",
          "\"input\" is " + Kind.of(input.get()) + " where a JSON Schema belongs",
          "write for example {type: object, required: [text]}");
      return Optional.empty();
    }
    return input;
  }
}
