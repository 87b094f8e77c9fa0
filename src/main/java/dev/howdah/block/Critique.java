package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.json.JsonInText;
import java.util.List;
import java.util.Optional;

/**
 * What a critic says.
 *
 * @param accepted whether nothing is to be improved
 * @param feedback what is; null when there is nothing to say
 */
record Critique(boolean accepted, JsonNode feedback) {
  private static final List<String> ACCEPTED = List.of("accepted", "accept", "approved", "ok");
  private static final List<String> FEEDBACK =
      List.of("feedback", "critique", "comments", "reason");

  /** Reads an answer; one that says nothing of acceptance is feedback, and does not accept. */
  static Critique read(JsonNode answer) {
    Optional<JsonNode> json = JsonInText.find(answer);
    if (json.isPresent() && json.get().isBoolean()) {
      return new Critique(json.get().booleanValue(), NullNode.instance);
    }
    for (String field : ACCEPTED) {
      JsonNode verdict = json.map(found -> found.path(field)).orElse(NullNode.instance);
      if (verdict.isBoolean() || verdict.isTextual()) {
        boolean accepted = verdict.asBoolean() || verdict.asText().equalsIgnoreCase("yes");
        return new Critique(accepted, feedback(json.get()));
      }
    }
    return new Critique(false, answer);
  }

  private static JsonNode feedback(JsonNode verdict) {
    return FEEDBACK.stream()
        .filter(verdict::has)
        .findFirst()
        .map(verdict::get)
        .orElse(NullNode.instance);
  }
}
