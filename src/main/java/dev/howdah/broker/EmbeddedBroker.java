package dev.howdah.broker;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A persistent single-node Kafka inside this JVM, on 127.0.0.1 only.
 *
 * <p>What it has acknowledged survives a restart and a kill of the process; it is not flushed
 * record by record, so a power cut may take the tail.
 */
public final class EmbeddedBroker implements Broker {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int ATTEMPTS = 3;
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final BrokerDirectory directory;
  private final Ports ports;
  private final KafkaRaftServer server;
  private final Consumer<String> fatal;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(
      BrokerDirectory directory, Ports ports, KafkaRaftServer server, Consumer<String> fatal) {
    this.directory = directory;
    this.ports = ports;
    this.server = server;
    this.fatal = fatal;
  }

  /** Starts a broker whose later death is only logged. */
  public static EmbeddedBroker start(BrokerSettings settings) {
    return start(settings, fault -> {});
  }

  /**
   * Starts a broker and returns when it takes records; formats the directory on first use.
   *
   * @param onDeath told, at most once and on a thread of Kafka's, when the started broker has died
   *     of a fatal fault; Kafka would have halted the JVM
   * @throws FaultException {@code broker.directory}, {@code broker.directory-in-use}, {@code
   *     broker.port-taken} or {@code broker.start}; nothing is left running or locked then
   */
  public static EmbeddedBroker start(BrokerSettings settings, Consumer<Fault> onDeath) {
    BrokerDirectory directory = BrokerDirectory.open(settings.directory());
    try {
      for (int attempt = 1; ; attempt++) {
        // Whoever took a port that was free a moment ago is found out by picking again.
        Ports ports = Ports.pick(settings.port());
        try {
          return start(settings, directory, ports, onDeath);
        } catch (ExecutionException e) {
          if (attempt == ATTEMPTS || !portWasTaken(e)) {
            throw BrokerFaults.notStarted(settings.directory(), BrokerFaults.reason(e));
          }
        }
      }
    } catch (FaultException e) {
      directory.close();
      throw e;
    }
  }

  private static EmbeddedBroker start(
      BrokerSettings settings, BrokerDirectory directory, Ports ports, Consumer<Fault> onDeath)
      throws ExecutionException {
    CompletableFuture<KafkaRaftServer> started = new CompletableFuture<>();
    AtomicBoolean dead = new AtomicBoolean();
    Consumer<String> fatal =
        why -> {
          if (started.isDone()) {
            if (!started.isCompletedExceptionally() && dead.compareAndSet(false, true)) {
              onDeath.accept(BrokerFaults.died(settings.directory(), why));
            }
          } else {
            // The start usually fails by itself next, and then says better what is wrong.
            CompletableFuture.delayedExecutor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> started.completeExceptionally(new IllegalStateException(why)));
          }
        };
    FatalExit.listen(fatal);
    Thread thread =
        new Thread(
            () -> run(directory, ports, settings.startTimeout(), started), "howdah-broker-start");
    thread.setDaemon(true);
    thread.start();
    try {
      KafkaRaftServer server =
          started.get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new EmbeddedBroker(directory, ports, server, fatal);
    } catch (ExecutionException e) {
      FatalExit.forget(fatal);
      throw e;
    } catch (TimeoutException e) {
      FatalExit.forget(fatal);
      started.completeExceptionally(e);
      throw BrokerFaults.notStarted(
          settings.directory(),
          "it was not ready within %d s".formatted(settings.startTimeout().toSeconds()));
    } catch (InterruptedException e) {
      FatalExit.forget(fatal);
      started.completeExceptionally(e);
      Thread.currentThread().interrupt();
      throw BrokerFaults.notStarted(settings.directory(), "the start was interrupted");
    }
  }

  private static void run(
      BrokerDirectory directory,
      Ports ports,
      Duration timeout,
      CompletableFuture<KafkaRaftServer> started) {
    KafkaRaftServer server = null;
    Throwable failure = null;
    try {
      server =
          new KafkaRaftServer(
              new KafkaConfig(BrokerProperties.of(directory.data(), ports, timeout), false),
              Time.SYSTEM);
      server.startup();
    } catch (Throwable e) { // errors too: whoever waits must hear of it
      failure = e;
    }
    boolean wanted = failure == null && started.complete(server);
    if (!wanted) {
      if (server != null) {
        shutDown(server);
      }
      started.completeExceptionally(failure == null ? new TimeoutException() : failure);
    }
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + ports.clients();
  }

  /** Where clients connect on 127.0.0.1. */
  public int port() {
    return ports.clients();
  }

  @Override
  public String clusterId() {
    return directory.clusterId();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    FatalExit.forget(fatal);
    shutDown(server);
    directory.close();
  }

  /** Kafka waits minutes for a controller that has died, so it is not waited for here. */
  private static void shutDown(KafkaRaftServer server) {
    Thread thread =
        new Thread(
            () -> {
              try {
                server.shutdown();
                server.awaitShutdown();
              } catch (Throwable e) { // the process goes on whatever Kafka thinks of its end
                LOG.warn("The broker did not close cleanly; its next start recovers", e);
              }
            },
            "howdah-broker-close");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
      if (thread.isAlive()) {
        LOG.warn("The broker is still closing after {}; leaving it behind", CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean portWasTaken(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
