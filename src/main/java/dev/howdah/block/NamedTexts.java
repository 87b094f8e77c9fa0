package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.Excerpt;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;

/** Texts by name, of a property whose value is an object, such as headers. */
final class NamedTexts {
  private final String code;
  private final String property;

  /**
   * @param code of the fault when the value is something else
   */
  NamedTexts(String code, String property) {
    this.code = code;
    this.property = property;
  }

  /** What is null is left out; what is not text is JSON. */
  Map<String, String> of(Optional<JsonNode> value) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Entry<String, JsonNode> member : members(value)) {
      JsonNode text = member.getValue();
      if (!text.isNull()) {
        texts.put(member.getKey(), text.isTextual() ? text.textValue() : Json.write(text));
      }
    }
    return texts;
  }

  /**
   * The members, none of null or nothing.
   *
   * @throws dev.howdah.fault.FaultException when the value is no object
   */
  Set<Entry<String, JsonNode>> members(Optional<JsonNode> value) {
    if (value.isEmpty() || value.get().isNull()) {
      return Set.of();
    }
    if (!value.get().isObject()) {
      throw Fault.rejected(
              code,
              Blame.DESIGN,
              "%s is %s and no object; give {name: value}"
                  .formatted(property, Excerpt.of(Json.write(value.get()))))
          .toException();
    }
    return value.get().properties();
  }
}
