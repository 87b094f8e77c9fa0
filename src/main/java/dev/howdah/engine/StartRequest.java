package dev.howdah.engine;

import dev.howdah.json.Value;
import java.util.Optional;

/**
 * An execution to start.
 *
 * @param deployment id and endpoint path of the deployment; empty for a direct run
 * @param plan {@code design@revision}
 * @param input what it starts with, already validated
 * @param triggerType what started it: manual, scheduled, api
 * @param triggeredBy who started it, for the audit
 * @param idempotencyKey makes a repeat of the request find the first execution; needs a deployment
 */
public record StartRequest(
    Optional<Deployed> deployment,
    String plan,
    Value input,
    String triggerType,
    String triggeredBy,
    Optional<String> idempotencyKey) {

  /** The deployment an execution belongs to. */
  public record Deployed(String id, String path) {}

  public StartRequest {
    if (idempotencyKey.isPresent() && deployment.isEmpty()) {
      throw new IllegalArgumentException("an idempotency key needs a deployment");
    }
  }
}
