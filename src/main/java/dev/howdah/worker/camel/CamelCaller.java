package dev.howdah.worker.camel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.worker.Threads;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.spi.ProducerCache;
import org.apache.camel.support.cache.DefaultProducerCache;

/**
 * Sends messages to Camel endpoints. Thread-safe; one serves a whole process.
 *
 * <p>An endpoint whose producer is asynchronous holds no thread while it waits. One that is not
 * holds a thread of this caller, of which there are so many and no more; further messages wait for
 * their turn without a thread.
 */
public final class CamelCaller implements AutoCloseable {
  /** Endpoints whose producers stay open; those used least recently are closed first. */
  static final int MOST_PRODUCERS = 200;

  private final CamelContext context;
  private final CamelPolicy policy;
  private final ThreadPoolExecutor senders;
  private final Map<Object, Runnable> underway = new ConcurrentHashMap<>();
  private ProducerCache producers;
  private volatile boolean closed;

  /**
   * @param context need not be started before the first message
   * @param threads how many endpoints that work synchronously may be at it at a time
   */
  public CamelCaller(CamelContext context, CamelPolicy policy, int threads) {
    this.context = context;
    this.policy = policy;
    this.senders = Threads.pool("howdah-camel", threads);
  }

  /**
   * Sends a message.
   *
   * @return the answer, null for a message without one; otherwise completed exceptionally with a
   *     {@link dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code camel.not-allowed}: the policy does not name the scheme
   *       <li>{@code camel.own-endpoint}: a route of a stage, or a topic of Howdah's own
   *       <li>{@code camel.unknown-component}, {@code camel.invalid-uri}: there is no such endpoint
   *       <li>{@code camel.connect}, {@code camel.timeout}, {@code camel.stopped}: retryable
   *       <li>{@code camel.failed}: any other exception of the endpoint
   *       <li>{@code camel.not-json}, {@code camel.too-large}, {@code camel.invalid-answer}
   *     </ul>
   *     Cancelling it, but not a stage derived from it, interrupts an endpoint that works on a
   *     thread of this caller; what others do for it goes on, and its answer is ignored. It
   *     completes on any thread, and what depends on it must not block.
   */
  public CompletableFuture<JsonNode> call(CamelMessage message) {
    CompletableFuture<JsonNode> result = new CompletableFuture<>();
    Object turn = new Object();
    try {
      policy.check(message.uri());
      OwnEndpoints.check(message);
      underway.put(turn, () -> result.completeExceptionally(CamelFaults.closed(message)));
      Future<?> sending = senders.submit(() -> send(message, result));
      var unused =
          result.whenComplete(
              (answer, failure) -> {
                underway.remove(turn);
                if (result.isCancelled()) {
                  sending.cancel(true);
                }
              });
    } catch (RejectedExecutionException e) {
      underway.remove(turn);
      result.completeExceptionally(CamelFaults.closed(message));
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
    if (closed) {
      result.completeExceptionally(CamelFaults.closed(message));
    }
    return result;
  }

  private void send(CamelMessage message, CompletableFuture<JsonNode> result) {
    if (result.isDone()) {
      return;
    }
    try {
      Endpoint endpoint = endpoint(message);
      Exchange exchange = exchange(message, endpoint);
      var unused =
          producers()
              .asyncSendExchange(
                  endpoint,
                  exchange.getPattern(),
                  null,
                  sent -> settle(message, sent, result),
                  exchange,
                  new CompletableFuture<>())
              .whenComplete((sent, failure) -> end(message, exchange, failure, result));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(CamelFaults.of(message, e));
    }
  }

  private Endpoint endpoint(CamelMessage message) {
    if (context.getComponent(message.uri().scheme(), true) == null) {
      throw CamelFaults.unknownComponent(message.uri().scheme());
    }
    try {
      Endpoint endpoint = context.getEndpoint(message.uri().text());
      if (endpoint == null) {
        throw new NoSuchEndpointException(message.uri().text());
      }
      return endpoint;
    } catch (RuntimeException e) {
      throw CamelFaults.endpoint(message, e);
    }
  }

  private static Exchange exchange(CamelMessage message, Endpoint endpoint) {
    Exchange exchange =
        endpoint.createExchange(
            message.answer().isPresent() ? ExchangePattern.InOut : ExchangePattern.InOnly);
    exchange.getIn().setBody(message.bodyForCamel());
    exchange.getIn().setHeaders(message.headersForCamel());
    return exchange;
  }

  /** An endpoint that could not even be started was never asked for an answer. */
  private static void end(
      CamelMessage message,
      Exchange exchange,
      Throwable failure,
      CompletableFuture<JsonNode> result) {
    if (failure != null) {
      result.completeExceptionally(CamelFaults.of(message, failure));
    } else {
      settle(message, exchange, result);
    }
  }

  /** What the exchange holds, such as an open file, is read before Camel lets it go. */
  private static void settle(
      CamelMessage message, Exchange exchange, CompletableFuture<JsonNode> result) {
    if (result.isDone()) {
      return;
    }
    try {
      if (exchange.getException() != null) {
        result.completeExceptionally(CamelFaults.of(message, exchange.getException()));
      } else {
        result.complete(CamelAnswer.of(message, exchange));
      }
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(CamelFaults.of(message, e));
    }
  }

  private synchronized ProducerCache producers() {
    if (producers == null) {
      producers = new DefaultProducerCache(this, context, MOST_PRODUCERS);
      producers.start();
    }
    return producers;
  }

  /** Aborts what is under way, which fails with a retryable {@code camel.stopped}. */
  @Override
  public void close() {
    closed = true;
    underway.values().forEach(Runnable::run);
    senders.shutdownNow();
    synchronized (this) {
      if (producers != null) {
        producers.stop();
      }
    }
  }
}
