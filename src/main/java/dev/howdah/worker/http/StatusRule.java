package dev.howdah.worker.http;

import dev.howdah.fault.FaultException;
import dev.howdah.worker.RetryAfter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what a response means from its status: an answer, another address to ask, or a fault. */
final class StatusRule {
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429);

  private final InstantSource clock;

  StatusRule(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The request to send next, if the response is a redirect that is followed.
   *
   * @param followed how many redirects led to this response
   * @throws FaultException when the redirect may not be followed
   */
  Optional<HttpRequestSpec> next(
      HttpRequestSpec spec, HttpResponse<byte[]> response, int followed) {
    int status = response.statusCode();
    Optional<String> location = response.headers().firstValue("location");
    if (!REDIRECTS.contains(status) || location.isEmpty() || !spec.mayFollow()) {
      return Optional.empty();
    }
    if (followed == MOST_REDIRECTS) {
      throw refusal(spec, status, "more than " + MOST_REDIRECTS + " redirects in a row");
    }
    HttpRequestSpec next;
    try {
      URI target = spec.uri().resolve(HttpRequestSpec.uri(location.get()));
      next = spec.redirectedTo(target);
    } catch (FaultException e) {
      throw refusal(spec, status, "the redirect cannot be followed: " + e.fault().message());
    }
    if (spec.secure() && !next.secure()) {
      throw refusal(spec, status, "redirects from https to " + next.origin() + " are not followed");
    }
    return Optional.of(next);
  }

  /**
   * The answer.
   *
   * @throws FaultException when the status is not one of success
   */
  HttpAnswer answer(HttpRequestSpec spec, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    HttpAnswer answer = new HttpAnswer(status, headers(response), response.body(), spec::hide);
    if (status / 100 == 2) {
      return answer;
    }
    boolean retryable = status / 100 == 5 || RETRYABLE.contains(status);
    Optional<Duration> after =
        Optional.ofNullable(answer.headers().get("retry-after"))
            .filter(header -> retryable)
            .flatMap(header -> RetryAfter.parse(header, clock));
    throw HttpFaults.status(spec, status, answer.excerpt(), retryable, after).toException();
  }

  private static FaultException refusal(HttpRequestSpec spec, int status, String note) {
    return HttpFaults.status(spec, status, note, false, Optional.empty()).toException();
  }

  private static Map<String, String> headers(HttpResponse<byte[]> response) {
    return response.headers().map().entrySet().stream()
        .collect(
            Collectors.toMap(
                header -> header.getKey().toLowerCase(Locale.ROOT),
                header -> String.join(", ", header.getValue())));
  }
}
