package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Part;
import dev.howdah.block.spi.Parts;
import java.util.Optional;

/**
 * One of those who work together in a pattern.
 *
 * @param section its section of the container
 * @param name what people call it; its id if nobody does
 * @param role what it is there for; empty when its place in the list tells
 * @param about what it is good at; may be empty
 */
record Participant(String section, String id, String name, String role, String about) {
  private static final int LONGEST = 300;

  static Participant of(int index, JsonNode node) {
    String id = node.path("id").asText("");
    String name = node.path("name").asText("");
    return new Participant(
        "" + index, id, name.isBlank() ? id : name, node.path("role").asText(""), about(node));
  }

  private static String about(JsonNode node) {
    for (String field : new String[] {"description", "system_prompt"}) {
      JsonNode text = node.has(field) ? node.get(field) : node.path("data").path(field);
      if (text.isTextual() && !text.textValue().isBlank() && !text.textValue().contains("${")) {
        String about = text.textValue().strip().replaceAll("\\s+", " ");
        return about.length() > LONGEST ? about.substring(0, LONGEST) + "…" : about;
      }
    }
    return "";
  }

  boolean hasRole(String... roles) {
    for (String one : roles) {
      if (one.equals(role)) {
        return true;
      }
    }
    return false;
  }

  /** A line that introduces it to others. */
  String introduction() {
    return "- "
        + id
        + (name.equals(id) ? "" : " (" + name + ")")
        + (about.isEmpty() ? "" : ": " + about);
  }

  /** Who it is, as an entry of a result. */
  ObjectNode entry() {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("agent", id);
    if (!name.equals(id)) {
      entry.put("name", name);
    }
    return entry;
  }

  /** What it came to, as an entry of a result. */
  ObjectNode entry(JsonNode output) {
    ObjectNode entry = entry();
    entry.set("output", output);
    return entry;
  }

  Part part(String key, JsonNode input) {
    return new Part(section, key, input, 0);
  }

  Optional<JsonNode> output(Parts parts, String key) {
    return parts.output(section, key);
  }
}
