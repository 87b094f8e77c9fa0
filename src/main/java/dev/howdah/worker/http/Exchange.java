package dev.howdah.worker.http;

import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One call on its way: a request, the redirects it leads to, and its end. */
final class Exchange {
  private final HttpRequestSpec spec;
  private final Sender sender;
  private final StatusRule rule;
  private final Executor lookups;
  private final Optional<Consumer<String>> lines;
  private final CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
  private volatile CompletableFuture<?> underway = new CompletableFuture<>();

  Exchange(
      HttpRequestSpec spec,
      Sender sender,
      StatusRule rule,
      Executor lookups,
      Optional<Consumer<String>> lines) {
    this.spec = spec;
    this.sender = sender;
    this.rule = rule;
    this.lookups = lookups;
    this.lines = lines;
    // However the result comes about, whoever still sends has to stop.
    var unused = result.whenComplete((answer, failure) -> underway.cancel(true));
  }

  /** What the call comes to; completing it in any way, or cancelling it, ends the call. */
  CompletableFuture<HttpAnswer> result() {
    return result;
  }

  void start() {
    lookups.execute(() -> send(spec, 0));
  }

  /** Ends the call because its time is up. */
  void expire() {
    result.completeExceptionally(HttpFaults.timeout(spec).toException());
  }

  /** Ends the call because nobody serves it any more. */
  void close() {
    result.completeExceptionally(HttpFaults.closed(spec).toException());
  }

  private void send(HttpRequestSpec next, int followed) {
    if (result.isDone()) {
      return;
    }
    try {
      CompletableFuture<HttpResponse<byte[]>> response = sender.send(next, lines);
      underway = response;
      if (result.isDone()) {
        response.cancel(true);
      }
      var unused =
          response.whenComplete((received, failure) -> settle(next, followed, received, failure));
    } catch (UnknownHostException | RuntimeException e) {
      result.completeExceptionally(HttpFaults.of(next, e));
    }
  }

  private void settle(
      HttpRequestSpec sent, int followed, HttpResponse<byte[]> received, Throwable failure) {
    try {
      if (failure != null) {
        result.completeExceptionally(HttpFaults.of(sent, failure));
        return;
      }
      Optional<HttpRequestSpec> next = rule.next(sent, received, followed);
      if (next.isPresent()) {
        lookups.execute(() -> send(next.get(), followed + 1));
      } else {
        result.complete(rule.answer(sent, received));
      }
    } catch (RuntimeException e) {
      result.completeExceptionally(HttpFaults.of(sent, e));
    }
  }
}
