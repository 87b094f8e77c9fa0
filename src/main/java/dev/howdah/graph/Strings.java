package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiConsumer;

/** Walks the texts of a JSON value. */
final class Strings {
  private Strings() {}

  /**
   * Visits each text in the order of the value.
   *
   * @param visitor gets the text's JSON pointer below {@code node}, and the text
   */
  static void visit(JsonNode node, String pointer, BiConsumer<String, String> visitor) {
    if (node.isTextual()) {
      visitor.accept(pointer, node.textValue());
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        visit(node.get(i), pointer + "/" + i, visitor);
      }
    } else {
      for (var member : node.properties()) {
        visit(member.getValue(), member(pointer, member.getKey()), visitor);
      }
    }
  }

  /** The JSON pointer of a member of the object at a pointer. */
  static String member(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
