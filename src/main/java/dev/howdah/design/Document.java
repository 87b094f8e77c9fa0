package dev.howdah.design;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * A parsed YAML or JSON text, with the position of every part.
 *
 * <p>Parts are named by JSON pointers. Immutable, as long as nobody changes the tree.
 */
public final class Document {
  /** Characters of the longest document, about a megabyte. */
  public static final int MAX_LENGTH = 1 << 20;

  /** How deep objects and lists may be nested. */
  public static final int MAX_DEPTH = 100;

  /** Values in a document at most, where each use of a YAML alias counts all that it stands for. */
  public static final int MAX_VALUES = 200_000;

  private final String file;
  private final String text;
  private final JsonNode root;
  private final Map<String, Place> places;
  private final List<String> lines;

  /**
   * Where a part stands: its key, if it has one, and its value.
   *
   * @param keyLine 0 when it has no key
   */
  record Place(int keyLine, int keyColumn, int line, int column) {}

  Document(String file, String text, JsonNode root, Map<String, Place> places) {
    this.file = file;
    this.text = text;
    this.root = root;
    this.places = places;
    this.lines = text.lines().toList();
  }

  /**
   * Reads a document: JSON when the first character is an opening brace, else YAML 1.2 with its
   * core schema.
   *
   * @param file the name to use in positions
   * @throws InvalidDesignException when the text is neither, has a key twice in one object, or is
   *     too long, too deep or too large
   */
  public static Document parse(String file, String text) {
    Problems problems = new Problems();
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (body.length() > MAX_LENGTH) {
      problems.add(
          "design.too-long",
          new Position(file, 1, 1),
          "the document has more than " + MAX_LENGTH + " characters",
          "move large data out of the design");
      problems.throwIfAny();
    }
    TreeBuilder builder = new TreeBuilder(file, problems);
    JsonNode root = null;
    try {
      root =
          body.stripLeading().startsWith("{")
              ? JsonReader.read(body, builder)
              : YamlReader.read(body, builder);
    } catch (TreeBuilder.GaveUp e) {
      // What made it give up is among the problems.
    }
    problems.throwIfAny();
    return new Document(file, body, root, builder.places());
  }

  /** The name used in positions. */
  public String file() {
    return file;
  }

  /** The text it was read from. */
  public String text() {
    return text;
  }

  /** The whole value; never null. */
  public JsonNode root() {
    return root;
  }

  /** The position of a value, or of the nearest part around it that the text has. */
  public Position at(String pointer) {
    Place place = nearest(pointer);
    return new Position(file, place.line(), place.column());
  }

  /** The position of a value, or of the nearest part around it that the text has. */
  public Position at(JsonPointer pointer) {
    return at(pointer.toString());
  }

  /** The position of a value's key; of the value, when it has no key. */
  public Position key(String pointer) {
    Place place = nearest(pointer);
    return place.keyLine() == 0
        ? new Position(file, place.line(), place.column())
        : new Position(file, place.keyLine(), place.keyColumn());
  }

  /**
   * The position of a character inside a string value; of the value, when escapes or folding leave
   * that open.
   *
   * @param offset index of the character in the string, from 0
   */
  public Position at(String pointer, int offset) {
    Position start = at(pointer);
    JsonNode value = root.at(JsonPointer.compile(pointer));
    return value.isTextual() && places.containsKey(pointer)
        ? StringPlace.of(lines, start, value.textValue(), offset)
        : start;
  }

  /** The positions below a pointer. */
  public PositionOf under(String pointer) {
    return new PositionOf() {
      @Override
      public Position at(String inner) {
        return Document.this.at(pointer + inner);
      }

      @Override
      public Position at(String inner, int offset) {
        return Document.this.at(pointer + inner, offset);
      }

      @Override
      public Position key(String inner) {
        return Document.this.key(pointer + inner);
      }
    };
  }

  private Place nearest(String pointer) {
    String part = pointer;
    Place place = places.get(part);
    while (place == null && !part.isEmpty()) {
      part = part.substring(0, Math.max(0, part.lastIndexOf('/')));
      place = places.get(part);
    }
    return place == null ? new Place(0, 0, 1, 1) : place;
  }
}
