package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.howdah.engine.record.Rerun;
import dev.howdah.json.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what is wanted of a rerun. */
final class RerunJson {
  static final Set<String> FIELDS = Set.of("from_step", "input", "overrides", "skip");

  private RerunJson() {}

  /** What could be read; the rest is among the mistakes. */
  static Rerun.Wish wish(Members members, String caller) {
    Map<String, Value> outputs = outputs(members);
    return new Rerun.Wish(
        from(members),
        Optional.ofNullable(members.object().get("input")).map(Value::of),
        outputs,
        skips(members, outputs),
        caller);
  }

  private static Optional<String> from(Members members) {
    Optional<String> from = members.text("from_step");
    if (from.filter(String::isBlank).isPresent()) {
      members.wrong(
          Members.pointer("from_step"),
          "from_step is empty",
          "it is the path of a step, such as each[2]/fetch");
    }
    return from.filter(path -> !path.isBlank());
  }

  private static Map<String, Value> outputs(Members members) {
    Map<String, Value> outputs = new HashMap<>();
    Optional<JsonNode> overrides = members.value("overrides");
    if (overrides.isPresent() && !overrides.get().isObject()) {
      members.wrong(
          Members.pointer("overrides"),
          "overrides is " + Members.kind(overrides.get()),
          "it is an object of outputs by step path");
    } else {
      overrides.ifPresent(
          all -> all.properties().forEach(e -> outputs.put(e.getKey(), Value.of(e.getValue()))));
    }
    return outputs;
  }

  private static Map<String, String> skips(Members members, Map<String, Value> outputs) {
    Map<String, String> skips = new HashMap<>();
    Optional<JsonNode> skip = members.value("skip");
    if (skip.isPresent() && !skip.get().isArray()) {
      members.wrong(
          Members.pointer("skip"),
          "skip is " + Members.kind(skip.get()),
          "it is a list of step paths");
      return skips;
    }
    JsonNode paths = skip.orElse(MissingNode.getInstance());
    for (int i = 0; i < paths.size(); i++) {
      JsonNode path = paths.get(i);
      String place = Members.pointer("skip", String.valueOf(i));
      if (!path.isTextual() || path.textValue().isBlank()) {
        members.wrong(place, "a step to skip is " + Members.kind(path), "it is the path of a step");
      } else if (outputs.containsKey(path.textValue())) {
        members.wrong(place, path.textValue() + " is in overrides and in skip", "it can be in one");
      } else {
        skips.put(path.textValue(), place);
      }
    }
    return skips;
  }
}
