package dev.howdah.worker.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.Threads;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.LongSupplier;

/**
 * Calls services over gRPC. Thread-safe; one serves a whole process. No thread waits for a
 * response, and all calls to a server share a connection.
 *
 * <p>A connection is made to addresses that were checked, and to the same ones with TLS, where the
 * certificate has to be for the name. Proxies are not used, since behind one nobody can check where
 * a call goes.
 */
public final class GrpcCaller implements AutoCloseable {
  private static final int WORKER_THREADS =
      Math.min(16, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));

  private static final int LOOKUP_THREADS = 4;

  private final ThreadPoolExecutor workers = Threads.pool("howdah-grpc", WORKER_THREADS);
  private final ThreadPoolExecutor lookups = Threads.pool("howdah-grpc-lookup", LOOKUP_THREADS);
  private final Set<Exchange> underway = ConcurrentHashMap.newKeySet();
  private final Channels channels;
  private final LongSupplier nanos;

  /**
   * @param addresses those that calls may go to
   * @param authorities a PEM file of the authorities that servers with TLS are to have their
   *     certificates from; those that Java trusts if empty
   * @param nanos as {@link System#nanoTime()}
   * @throws IllegalArgumentException when that file cannot be read
   */
  public GrpcCaller(Addresses addresses, Optional<Path> authorities, LongSupplier nanos) {
    this.channels = new Channels(workers, lookups, addresses, authorities);
    this.nanos = nanos;
  }

  /**
   * Makes a call. Nothing is tried twice.
   *
   * @return the response as JSON, for a method that streams a list of them; otherwise completed
   *     exceptionally with a {@link dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code grpc.unavailable}, {@code grpc.resource-exhausted}, {@code grpc.aborted},
   *           {@code grpc.timeout} (DEADLINE_EXCEEDED): retryable, with the wait that the server
   *           asks for in {@code grpc-retry-pushback-ms}
   *       <li>{@code grpc.} and the name of any other status, such as {@code grpc.not-found}
   *       <li>{@code grpc.not-serving}: the server says it is not well; retryable
   *       <li>{@code grpc.address-refused}: calls may not go to an address of the host
   *       <li>{@code grpc.too-large}: more bytes than the limit
   *       <li>{@code grpc.unknown-method}, {@code grpc.unsupported-method}, {@code
   *           grpc.no-reflection}, {@code grpc.invalid-request}, {@code grpc.invalid-response}: the
   *           two do not fit together
   *     </ul>
   *     Cancelling it, but not a stage derived from it, cancels the call at the server. It
   *     completes on a thread of this caller or on that of the one who calls, and what depends on
   *     it must not block.
   */
  public CompletableFuture<JsonNode> call(GrpcCall call) {
    Optional<Channels.Lease> lease = channels.acquire(call.target());
    if (lease.isEmpty()) {
      return CompletableFuture.failedFuture(GrpcFaults.closed(call.label()));
    }
    Exchange exchange = new Exchange(call, lease.get(), nanos);
    underway.add(exchange);
    var unused = exchange.result().whenComplete((answer, failure) -> underway.remove(exchange));
    exchange.start();
    return exchange.result();
  }

  /** How many servers have a channel. */
  int channels() {
    return channels.size();
  }

  /** Aborts the calls under way, which fail with a retryable {@code grpc.unavailable}. */
  @Override
  public void close() {
    underway.forEach(Exchange::close);
    channels.close();
    lookups.shutdown();
    workers.shutdown();
  }
}
