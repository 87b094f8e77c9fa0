package dev.howdah.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an execution must come to.
 *
 * @param result of the execution
 * @param steps by path, the output of every step there must be, and of no other; empty for a step
 *     that fails for good
 */
record Expected(JsonNode result, Map<String, Optional<JsonNode>> steps) {
  Expected {
    steps = Map.copyOf(steps);
  }

  /** Says what an execution comes to, step by step. */
  static final class Story {
    private final Map<String, Optional<JsonNode>> steps = new LinkedHashMap<>();

    /** A step that completes with that output, which is JSON. */
    Story step(String path, Object json) {
      steps.put(path, Optional.of(Json.trusted(json.toString())));
      return this;
    }

    /** A step that fails for good. */
    Story failure(String path) {
      steps.put(path, Optional.empty());
      return this;
    }

    /** An execution with that result, which is JSON. */
    Expected result(Object json) {
      return new Expected(Json.trusted(json.toString()), steps);
    }
  }
}
