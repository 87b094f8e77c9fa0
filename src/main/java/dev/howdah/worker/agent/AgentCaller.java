package dev.howdah.worker.agent;

import dev.howdah.worker.AddressRefusedException;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.PinnedHttp;
import dev.howdah.worker.Threads;
import dev.howdah.worker.agent.Conversation.Turn;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;

/**
 * Asks models behind OpenAI-compatible APIs. Thread-safe; one serves a whole process. No thread
 * waits for a model: the number of threads stays the same however many calls are under way.
 *
 * <p>What the checking of addresses can and cannot promise is told in {@link PinnedHttp}.
 */
public final class AgentCaller implements AutoCloseable {
  private static final int WORKER_THREADS =
      Math.min(8, Math.max(2, Runtime.getRuntime().availableProcessors()));
  private static final int LOOKUP_THREADS = 2;

  private final ThreadPoolExecutor workers = Threads.pool("howdah-agent", WORKER_THREADS);
  private final ThreadPoolExecutor lookups = Threads.pool("howdah-agent-lookup", LOOKUP_THREADS);
  private final Set<Conversation> underway = ConcurrentHashMap.newKeySet();
  private final AgentDefaults defaults;
  private final Addresses addresses;
  private final InstantSource clock;
  private final HttpClient http;
  private volatile boolean closed;

  /**
   * @param addresses those that calls may go to
   * @param clock what dates in {@code Retry-After} are compared with
   * @throws IllegalStateException as {@link PinnedHttp#client}
   */
  public AgentCaller(AgentDefaults defaults, Addresses addresses, InstantSource clock) {
    this.defaults = defaults;
    this.addresses = addresses;
    this.clock = clock;
    http = PinnedHttp.client(workers);
  }

  /** What agents that do not say otherwise talk to. */
  public AgentDefaults defaults() {
    return defaults;
  }

  /**
   * Asks a model; when an answer does not satisfy the schema, asks once more with what is wrong.
   *
   * @param partial told the text as it comes, piece by piece, on a thread of this caller; must be
   *     quick. Of an answer that is asked for again, the pieces come again
   * @return the answer, or a {@link dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code agent.rate-limited}, {@code agent.unavailable}, {@code agent.connect}, {@code
   *           agent.empty-answer}: retryable, with the wait that the API asks for
   *       <li>{@code agent.unauthorized}, {@code agent.not-found}, {@code agent.invalid-request},
   *           {@code agent.quota}, {@code agent.content-filter}, {@code agent.too-large}, {@code
   *           agent.address-refused}: not
   *       <li>{@code agent.not-json}, {@code agent.not-in-schema}: of a second answer
   *     </ul>
   *     Cancelling it, but not a stage derived from it, closes the connection.
   */
  public CompletableFuture<AgentAnswer> ask(AgentCall call, Consumer<String> partial) {
    Conversation conversation = new Conversation(call, this::begin, partial);
    underway.add(conversation);
    var unused =
        conversation.result().whenComplete((answer, failure) -> underway.remove(conversation));
    if (closed) {
      conversation.fail(AgentFaults.closed(call).toException());
    } else {
      conversation.start();
    }
    return conversation.result();
  }

  /** Looks up, checks and sends, on threads of this caller. */
  private void begin(Turn turn) {
    try {
      lookups.execute(
          () -> {
            try {
              turn.send(http, checkedAddress(turn.call()), clock);
            } catch (UnknownHostException e) {
              turn.fail(
                  AgentFaults.of(turn.call(), new UnknownHostException("its host has no address")));
            } catch (RuntimeException e) {
              turn.fail(AgentFaults.of(turn.call(), e));
            }
          });
    } catch (RejectedExecutionException e) {
      turn.fail(AgentFaults.closed(turn.call()).toException());
    }
  }

  private InetAddress checkedAddress(AgentCall call) throws UnknownHostException {
    try {
      return addresses.of(call.url().getHost()).get(0);
    } catch (AddressRefusedException e) {
      throw AgentFaults.refused(call, e).toException();
    }
  }

  /** Aborts the calls under way, which fail with a retryable {@code agent.connect}. */
  @Override
  public void close() {
    closed = true;
    underway.forEach(
        conversation -> conversation.fail(AgentFaults.closed(conversation.call()).toException()));
    lookups.shutdown();
    workers.shutdown();
  }
}
