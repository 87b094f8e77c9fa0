package dev.howdah.importer;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.Configuration;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Document;
import dev.howdah.design.Problems;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** A configuration that is being read, and what is wrong with it so far. */
final class Source {
  private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

  private final Document document;
  private final Problems problems;

  Source(Document document, Problems problems) {
    this.document = document;
    this.problems = problems;
  }

  /** The pointer of a member of an object, or of an element of a list. */
  static String pointer(Object... parts) {
    JsonPointer pointer = JsonPointer.empty();
    for (Object part : parts) {
      pointer =
          part instanceof Integer index
              ? pointer.appendIndex(index)
              : pointer.appendProperty((String) part);
    }
    return pointer.toString();
  }

  /** Binds all of it to a record; a member that is null counts as one that is not there. */
  <C extends Record> Optional<C> bind(Class<C> type) {
    return Configuration.bind(type, withoutNulls(document.root()), document.under(""), problems);
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> list.add(withoutNulls(element)));
      return list;
    }
    if (node.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      node.properties().stream()
          .filter(member -> !member.getValue().isNull())
          .forEach(member -> object.set(member.getKey(), withoutNulls(member.getValue())));
      return object;
    }
    return node;
  }

  void wrong(String code, String pointer, String message, String cure) {
    problems.add("import." + code, document.at(pointer), message, cure);
  }

  /** Reports a character of a text. */
  void wrong(String code, String pointer, int offset, String message, String cure) {
    problems.add("import." + code, document.at(pointer, offset), message, cure);
  }

  void throwIfAny() {
    problems.throwIfAny();
  }

  /** Reports an id that no block can have. */
  void checkId(String id, String pointer) {
    if (!ID.matcher(id).matches()) {
      wrong(
          "invalid-id",
          pointer,
          "\"" + id + "\" cannot be the id of a block",
          "start with a letter and use letters, digits, _ and -, at most 63 characters");
    }
  }

  /** Reports a time that is none. */
  void checkSeconds(int seconds, String pointer) {
    if (seconds < 1) {
      wrong(
          "invalid-timeout", pointer, seconds + " seconds are no time to run", "write at least 1");
    }
  }

  /** The id of the design of a pipeline; what is reported and empty when its name gives none. */
  String designId(String name) {
    String id = DesignParser.idOf(name);
    if (id.isEmpty()) {
      wrong(
          "invalid-id",
          "/workflow_name",
          "the name \"" + name + "\" has no letter to make an id of",
          "use letters or digits in it");
    }
    return id;
  }

  /** The last part of the document's name. */
  String fileName() {
    Path name = Path.of(document.file()).getFileName();
    return name == null ? document.file() : name.toString();
  }
}
