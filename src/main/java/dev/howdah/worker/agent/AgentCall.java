package dev.howdah.worker.agent;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One question to a model.
 *
 * @param url base address of the API, such as {@code https://api.openai.com/v1}
 * @param key what the API wants as a bearer token; never logged
 * @param model the model's name there
 * @param dialogue what it is to answer
 * @param temperature from 0 to 2; the model's own when empty
 * @param maxTokens the most tokens of the answer; the model's own limit when empty
 * @param schema what the answer must satisfy; text when empty
 * @param tools what it may call instead of answering; the answer is then a message as {@link
 *     Dialogue} reads it, with what it took as {@code usage}
 * @param idempotencyKey tells a repeat of this call
 */
public record AgentCall(
    URI url,
    Optional<String> key,
    String model,
    Dialogue dialogue,
    Optional<Double> temperature,
    Optional<Integer> maxTokens,
    Optional<AnswerSchema> schema,
    List<AgentTool> tools,
    String idempotencyKey) {

  /** Names the call in messages: the model and where it is, nothing confidential. */
  String label() {
    return "model %s at %s".formatted(model, url.getRawAuthority());
  }

  @Override
  public String toString() {
    return label();
  }
}
