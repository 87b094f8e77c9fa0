package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.JsonInText;
import dev.howdah.worker.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom a router has picked.
 *
 * @param chosen those, each once, in the order given
 * @param decision what the router said, for the result
 * @param problem why it cannot be followed; empty when it can
 */
record Selection(List<Participant> chosen, JsonNode decision, Optional<Fault> problem) {
  private static final List<String> FIELDS =
      List.of(
          "selected",
          "selected_agents",
          "agents",
          "specialists",
          "agent",
          "specialist",
          "choice",
          "route");

  /**
   * Reads an answer: an id, a list of ids, or an object that has either; as JSON, as text that
   * holds JSON, or as a text that is an id.
   */
  static Selection read(JsonNode answer, Participants specialists) {
    JsonNode json = JsonInText.find(answer).orElse(answer);
    JsonNode named = json;
    for (String field : FIELDS) {
      if (json.hasNonNull(field)) {
        named = json.get(field);
        break;
      }
    }
    List<String> names = names(named);
    if (names.isEmpty()) {
      return problem(
          "routing.no-choice", "nobody was chosen in: " + Excerpt.of(Brief.text(answer)));
    }
    List<Participant> chosen = new ArrayList<>();
    for (String name : names) {
      Optional<Participant> one = specialists.find(name);
      if (one.isEmpty()) {
        return problem(
            "routing.unknown-specialist",
            "\"%s\" was chosen, who is none of the specialists %s"
                .formatted(Excerpt.of(name), specialists.ids()));
      }
      if (!chosen.contains(one.get())) {
        chosen.add(one.get());
      }
    }
    return new Selection(List.copyOf(chosen), decision(json, chosen), Optional.empty());
  }

  private static Selection problem(String code, String message) {
    return new Selection(
        List.of(),
        JsonNodeFactory.instance.nullNode(),
        Optional.of(Fault.rejected(code, Blame.WORKER, message)));
  }

  private static List<String> names(JsonNode named) {
    List<String> names = new ArrayList<>();
    if (named.isTextual()) {
      names.add(named.textValue());
    } else if (named.isArray()) {
      for (JsonNode one : named) {
        names.add(
            one.isObject() ? one.path("id").asText(one.path("agent").asText()) : one.asText());
      }
    }
    return names;
  }

  private static JsonNode decision(JsonNode json, List<Participant> chosen) {
    if (json.isObject()) {
      return json;
    }
    ObjectNode decision = JsonNodeFactory.instance.objectNode();
    return decision.set("selected", ids(chosen));
  }

  static ArrayNode ids(List<Participant> participants) {
    ArrayNode ids = JsonNodeFactory.instance.arrayNode();
    participants.forEach(p -> ids.add(p.id()));
    return ids;
  }
}
