package dev.howdah.worker.http;

import dev.howdah.worker.Addresses;
import dev.howdah.worker.PinnedHttp;
import dev.howdah.worker.Threads;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Calls services over HTTP/1.1. Thread-safe; one serves a whole process. No thread waits for a
 * response: the number of threads stays the same however many calls are under way.
 *
 * <p>What the checking of addresses can and cannot promise is told in {@link PinnedHttp}.
 */
public final class HttpCaller implements AutoCloseable {
  private static final int LOOKUP_THREADS = 4;
  private static final int WORKER_THREADS =
      Math.min(16, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

  private final ThreadPoolExecutor workers = Threads.pool("howdah-http", WORKER_THREADS);
  private final ThreadPoolExecutor lookups = Threads.pool("howdah-http-lookup", LOOKUP_THREADS);
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(1, Threads.daemons("howdah-http-deadline"));
  private final Set<Exchange> underway = ConcurrentHashMap.newKeySet();
  private final StatusRule rule;
  private final Sender sender;
  private volatile boolean closed;

  /**
   * @param addresses those that calls may go to
   * @param clock what dates in {@code Retry-After} are compared with
   * @throws IllegalStateException as {@link PinnedHttp#client}
   */
  public HttpCaller(Addresses addresses, InstantSource clock) {
    // A timeout that did not strike must not keep its request in memory.
    deadlines.setRemoveOnCancelPolicy(true);
    rule = new StatusRule(clock);
    sender = new Sender(PinnedHttp.client(workers), addresses);
  }

  /** A caller with {@link Addresses#ofServices()}. */
  public static HttpCaller forServices(InstantSource clock) {
    return new HttpCaller(Addresses.ofServices(), clock);
  }

  /**
   * Sends a request. Redirects of GET and HEAD are followed, five at most, each to an address that
   * is checked again; another origin gets no body and no header but {@code Accept…} ones.
   *
   * @return the answer when the status is 2xx; otherwise completed exceptionally with a {@link
   *     dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code http.status}: any other status; its number and the start of the body are in
   *           the message. Retryable for 408, 425, 429 and 5xx, with the wait that {@code
   *           Retry-After} asks for
   *       <li>{@code http.connect}: no such host, refused, reset, TLS failure; retryable
   *       <li>{@code http.timeout}: not done within the timeout; retryable
   *       <li>{@code http.too-large}: more bytes than the limit; the rest was not read
   *       <li>{@code http.address-refused}: the policy refuses an address of the host
   *       <li>{@code http.invalid-request}: the client cannot send this
   *     </ul>
   *     Cancelling it, but not a stage derived from it, closes the connection. It completes on a
   *     thread of this caller, which what depends on it must not block.
   */
  public CompletableFuture<HttpAnswer> call(HttpRequestSpec spec) {
    return call(spec, Optional.empty());
  }

  /**
   * Sends a request as {@link #call(HttpRequestSpec)} does, and tells the answer while it comes.
   *
   * @param lines told each line of the answer that is not blank as soon as it is whole, in order,
   *     on a thread of this caller; must be quick
   */
  public CompletableFuture<HttpAnswer> call(HttpRequestSpec spec, Consumer<String> lines) {
    return call(spec, Optional.of(lines));
  }

  private CompletableFuture<HttpAnswer> call(
      HttpRequestSpec spec, Optional<Consumer<String>> lines) {
    Exchange exchange = new Exchange(spec, sender, rule, lookups, lines);
    underway.add(exchange);
    try {
      Future<?> deadline =
          deadlines.schedule(
              () -> workers.execute(exchange::expire),
              spec.timeout().toNanos(),
              TimeUnit.NANOSECONDS);
      var unused =
          exchange
              .result()
              .whenComplete(
                  (answer, failure) -> {
                    deadline.cancel(false);
                    underway.remove(exchange);
                  });
      exchange.start();
    } catch (RejectedExecutionException e) {
      underway.remove(exchange);
      exchange.close();
    }
    if (closed) {
      exchange.close();
    }
    return exchange.result();
  }

  /** Aborts the calls under way, which fail with a retryable {@code http.connect}. */
  @Override
  public void close() {
    closed = true;
    deadlines.shutdownNow();
    underway.forEach(Exchange::close);
    lookups.shutdown();
    workers.shutdown();
  }
}
