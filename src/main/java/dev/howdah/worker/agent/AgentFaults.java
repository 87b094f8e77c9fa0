package dev.howdah.worker.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Excerpt;
import dev.howdah.worker.RetryAfter;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** The faults that a question to a model can end with; the codes are stable. */
final class AgentFaults {
  private AgentFaults() {}

  /** What a status other than 2xx means. */
  static Fault status(
      AgentCall call, int status, HttpHeaders headers, String body, InstantSource clock) {
    JsonNode error = error(body);
    String code = error.path("code").asText("");
    String told = Excerpt.of(error.path("message").asText(body));
    String message = call.label() + ": status " + status + (told.isEmpty() ? "" : ": " + told);
    if (code.equals("insufficient_quota")) {
      return Fault.rejected("agent.quota", Blame.DESIGN, message);
    }
    if (status == 429 || status == 408 || status == 425 || status / 100 == 5) {
      Optional<Duration> after =
          headers.firstValue("retry-after").flatMap(header -> RetryAfter.parse(header, clock));
      String name = status == 429 ? "agent.rate-limited" : "agent.unavailable";
      return new Fault(name, Blame.WORKER, message, true, after);
    }
    if (code.equals("content_filter") || code.equals("content_policy_violation")) {
      return Fault.rejected("agent.content-filter", Blame.DESIGN, message);
    }
    return switch (status) {
      case 401, 403 ->
          Fault.rejected(
              "agent.unauthorized",
              Blame.DESIGN,
              message + "; give a valid key, as api_key or as the secret agent_key");
      case 404 ->
          Fault.rejected(
              "agent.not-found",
              Blame.DESIGN,
              message + "; name a model that is there, and an address that ends as in /v1");
      default -> Fault.rejected("agent.invalid-request", Blame.DESIGN, message);
    };
  }

  private static JsonNode error(String body) {
    try {
      JsonNode json = Json.read(body);
      return json.path("error").isObject() ? json.get("error") : json;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  static Fault refused(AgentCall call, AddressRefusedException why) {
    return why.fault("agent.address-refused", call.label());
  }

  static Fault tooLarge(AgentCall call, long limit) {
    return Fault.rejected(
        "agent.too-large",
        Blame.WORKER,
        "%s: the answer has more than %d bytes; ask for less, or set max_tokens"
            .formatted(call.label(), limit));
  }

  static Fault filtered(AgentCall call) {
    return Fault.rejected(
        "agent.content-filter", Blame.DESIGN, call.label() + ": a filter held the answer back");
  }

  static Fault empty(AgentCall call) {
    return Fault.retryable(
        "agent.empty-answer",
        Blame.WORKER,
        call.label() + ": the answer is empty; a model that thinks first may need more max_tokens");
  }

  static Fault brokeOff(AgentCall call) {
    return Fault.retryable(
        "agent.connect", Blame.WORKER, call.label() + ": the answer broke off in the middle");
  }

  static Fault closed(AgentCall call) {
    return Fault.retryable(
        "agent.connect", Blame.ENGINE, call.label() + ": aborted because this process stops");
  }

  static Fault inStream(AgentCall call, String told) {
    return Fault.retryable(
        "agent.unavailable", Blame.WORKER, call.label() + ": " + Excerpt.of(told));
  }

  static Fault notJson(AgentCall call, String text) {
    return Fault.rejected(
        "agent.not-json",
        Blame.WORKER,
        "%s was asked twice for JSON and answered: %s".formatted(call.label(), Excerpt.of(text)));
  }

  static Fault notInSchema(AgentCall call, List<String> problems) {
    return Fault.rejected(
        "agent.not-in-schema",
        Blame.WORKER,
        "%s was asked twice, and its answer does not satisfy the schema: %s"
            .formatted(call.label(), Excerpt.of(String.join("; ", problems))));
  }

  /** What a failed exchange ends with. */
  static Throwable of(AgentCall call, Throwable failure) {
    Throwable cause = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof FaultException || at instanceof CancellationException) {
        return at;
      }
      if (at instanceof CompletionException && at.getCause() != null) {
        cause = at.getCause();
      }
    }
    if (cause instanceof Error) {
      return cause;
    }
    String told =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return Fault.retryable(
            "agent.connect", Blame.WORKER, call.label() + " cannot be reached: " + Excerpt.of(told))
        .toException();
  }
}
