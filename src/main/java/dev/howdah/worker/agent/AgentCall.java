package dev.howdah.worker.agent;

import java.net.URI;
import java.util.Optional;

/**
 * One question to a model.
 *
 * @param url base address of the API, such as {@code https://api.openai.com/v1}
 * @param key what the API wants as a bearer token; never logged
 * @param model the model's name there
 * @param systemPrompt what the model is to be
 * @param prompt what it is asked
 * @param temperature from 0 to 2; the model's own when empty
 * @param maxTokens the most tokens of the answer; the model's own limit when empty
 * @param schema what the answer must satisfy; text when empty
 * @param idempotencyKey tells a repeat of this call
 */
public record AgentCall(
    URI url,
    Optional<String> key,
    String model,
    Optional<String> systemPrompt,
    String prompt,
    Optional<Double> temperature,
    Optional<Integer> maxTokens,
    Optional<AnswerSchema> schema,
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
