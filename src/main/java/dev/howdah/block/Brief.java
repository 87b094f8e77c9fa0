package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.json.Json;

/**
 * What a participant is given: an object with the facts, and a {@code prompt} that says the same in
 * words for a model. Built once, then {@link #input taken}.
 */
final class Brief {
  private final ObjectNode input = JsonNodeFactory.instance.objectNode();
  private final StringBuilder prompt = new StringBuilder();

  private Brief(JsonNode task, String words) {
    input.set(PatternData.TASK, task);
    prompt.append(words);
  }

  /** The task of the pattern, what came in with it, and what this participant is told besides. */
  static Brief of(JsonNode state, Participant participant) {
    JsonNode task = state.get(PatternData.TASK);
    return new Brief(task, text(task)).with(state, participant);
  }

  /** A task of this participant's own. */
  static Brief of(JsonNode state, Participant participant, JsonNode task) {
    return new Brief(task, text(task)).with(state, participant);
  }

  private Brief with(JsonNode state, Participant participant) {
    JsonNode came = state.get(PatternData.INPUT);
    if (came != null) {
      fact(PatternData.INPUT, came).say("This is the input:\n" + text(came));
    }
    JsonNode told = state.path(PatternData.CONTEXT).get(participant.id());
    if (told != null) {
      fact(PatternData.CONTEXT, told).say("This is known already:\n" + text(told));
    }
    return this;
  }

  /** Whether anything but a task is in the state for this participant. */
  static boolean isMoreThanTheTask(JsonNode state, Participant participant) {
    return state.has(PatternData.INPUT) || state.path(PatternData.CONTEXT).has(participant.id());
  }

  Brief fact(String name, JsonNode value) {
    input.set(name, value);
    return this;
  }

  Brief fact(String name, int value) {
    input.put(name, value);
    return this;
  }

  /** A paragraph for a model. */
  Brief say(String words) {
    prompt.append("\n\n").append(words);
    return this;
  }

  ObjectNode input() {
    input.put("prompt", prompt.toString());
    return input;
  }

  /** A value as a model reads it. */
  static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : Json.write(value);
  }
}
