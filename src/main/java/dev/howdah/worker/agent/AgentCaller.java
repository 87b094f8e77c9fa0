package dev.howdah.worker.agent;

import dev.howdah.worker.Threads;
import dev.howdah.worker.agent.Conversation.Turn;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks models behind OpenAI-compatible APIs. Thread-safe; one serves a whole process. No thread
 * waits for a model: the number of threads stays the same however many calls are under way.
 */
public final class AgentCaller implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int WORKER_THREADS =
      Math.min(8, Math.max(2, Runtime.getRuntime().availableProcessors()));
  private static final int LOOKUP_THREADS = 2;

  private final ThreadPoolExecutor workers = Threads.pool("howdah-agent", WORKER_THREADS);
  private final ThreadPoolExecutor lookups = Threads.pool("howdah-agent-lookup", LOOKUP_THREADS);
  private final Set<Conversation> underway = ConcurrentHashMap.newKeySet();
  private final AgentDefaults defaults;
  private final Predicate<InetAddress> allowed;
  private final InstantSource clock;
  private final HttpClient http;
  private volatile boolean closed;

  /**
   * @param allowed which addresses calls may go to
   * @param clock what dates in {@code Retry-After} are compared with
   */
  public AgentCaller(AgentDefaults defaults, Predicate<InetAddress> allowed, InstantSource clock) {
    this.defaults = defaults;
    this.allowed = allowed;
    this.clock = clock;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(workers)
            .build();
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
              check(turn.call());
              turn.send(http, clock);
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

  private void check(AgentCall call) throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName(call.url().getHost())) {
      if (!allowed.test(address)) {
        throw AgentFaults.refused(call, address.getHostAddress()).toException();
      }
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
