package dev.howdah.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a model answered.
 *
 * @param output text, or what satisfies the schema; a message when there are tools
 * @param model the model that answered, as the API names it
 * @param inputTokens tokens read, over all questions it took; 0 when the API does not tell
 * @param outputTokens tokens written
 * @param cutOff whether the answer ended at the most tokens allowed
 */
public record AgentAnswer(
    JsonNode output, String model, long inputTokens, long outputTokens, boolean cutOff) {

  /** The same with another output. */
  AgentAnswer withOutput(JsonNode other) {
    return new AgentAnswer(other, model, inputTokens, outputTokens, cutOff);
  }

  /** What is recorded beside the output. */
  public ObjectNode meta() {
    ObjectNode meta = JsonNodeFactory.instance.objectNode();
    meta.put("model", model);
    meta.put("input_tokens", inputTokens);
    meta.put("output_tokens", outputTokens);
    if (cutOff) {
      meta.put("cut_off", true);
    }
    return meta;
  }
}
