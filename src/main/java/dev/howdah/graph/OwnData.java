package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Section;
import java.util.List;

/** What is left of a container's data without the blocks inside it; everything keeps its place. */
final class OwnData {
  private OwnData() {}

  static JsonNode of(ObjectNode data, List<Section> sections) {
    if (sections.isEmpty()) {
      return data;
    }
    ObjectNode own = data.deepCopy();
    for (Section section : sections) {
      if (section.form() == Section.Form.GRAPH) {
        if (own.at(section.pointer()) instanceof ObjectNode graph) {
          graph.remove(List.of("blocks", "connections"));
        }
      } else if (section.form() != Section.Form.MADE) {
        clear(own, section.pointer());
      }
    }
    return own;
  }

  /** The data without all properties that hold blocks. */
  static ObjectNode withoutSections(ObjectNode data, List<Section> sections) {
    if (sections.isEmpty()) {
      return data;
    }
    ObjectNode own = data.deepCopy();
    for (Section section : sections) {
      if (section.form() == Section.Form.MADE) {
        continue;
      }
      if (section.pointer().isEmpty()) {
        own.remove(List.of("blocks", "connections"));
      } else {
        int end = section.pointer().indexOf('/', 1);
        own.remove(section.pointer().substring(1, end < 0 ? section.pointer().length() : end));
      }
    }
    return own;
  }

  /** An element that went away would move those behind it. */
  private static void clear(ObjectNode own, String pointer) {
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = own.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1);
    if (parent instanceof ObjectNode object) {
      object.putNull(last);
    } else if (parent instanceof ArrayNode array) {
      array.setNull(Integer.parseInt(last));
    }
  }
}
