package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.record.Rerun;
import dev.howdah.json.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what is wanted of a rerun. */
final class RerunJson {
  private RerunJson() {}

  static Rerun.Wish wish(JsonNode json, String caller) {
    JsonNode from = json.path("from_step");
    if (!from.isMissingNode() && (!from.isTextual() || from.textValue().isBlank())) {
      throw ApiRequest.wrong("from_step is the path of a step, such as each[2]/fetch");
    }
    JsonNode overrides = json.path("overrides");
    if (!overrides.isMissingNode() && !overrides.isObject()) {
      throw ApiRequest.wrong("overrides is an object of outputs by step path");
    }
    Map<String, Value> outputs = new HashMap<>();
    overrides.properties().forEach(e -> outputs.put(e.getKey(), Value.of(e.getValue())));
    JsonNode skip = json.path("skip");
    Set<String> skips = new HashSet<>();
    for (JsonNode path : skip) {
      skips.add(path.asText());
    }
    if (!skip.isMissingNode() && (!skip.isArray() || skips.stream().anyMatch(String::isBlank))) {
      throw ApiRequest.wrong("skip is a list of step paths");
    }
    skips.stream()
        .filter(outputs::containsKey)
        .findFirst()
        .ifPresent(
            both -> {
              throw ApiRequest.wrong(both + " is in overrides and in skip; it can be in one");
            });
    return new Rerun.Wish(
        from.isTextual() ? Optional.of(from.textValue()) : Optional.empty(),
        Optional.ofNullable(json.get("input")).map(Value::of),
        outputs,
        skips,
        caller);
  }
}
