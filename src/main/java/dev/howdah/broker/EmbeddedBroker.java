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
    for (int attempt = 1; ; attempt++) {
      // Whoever took a port that was free a moment ago is found out by picking again.
      Start start = new Start(settings, directory, pick(settings, directory), onDeath);
      try {
        return start.broker();
      } catch (ExecutionException e) {
        if (attempt == ATTEMPTS || !portWasTaken(e)) {
          start.abandon();
          throw BrokerFaults.notStarted(settings.directory(), BrokerFaults.reason(e));
        }
      } catch (TimeoutException e) {
        start.abandon();
        throw BrokerFaults.notStarted(
            settings.directory(),
            "it was not ready within %d ms".formatted(settings.startTimeout().toMillis()));
      } catch (InterruptedException e) {
        start.abandon();
        Thread.currentThread().interrupt();
        throw BrokerFaults.notStarted(settings.directory(), "the start was interrupted");
      }
    }
  }

  private static Ports pick(BrokerSettings settings, BrokerDirectory directory) {
    try {
      return Ports.pick(settings.port());
    } catch (FaultException e) {
      directory.close();
      throw e;
    }
  }

  /** One attempt to start Kafka, on a thread of its own because Kafka may never return. */
  private static final class Start {
    private final BrokerSettings settings;
    private final BrokerDirectory directory;
    private final Ports ports;
    private final Consumer<Fault> onDeath;
    private final Consumer<String> fatal = this::heard;
    private final AtomicBoolean dead = new AtomicBoolean();
    private final CompletableFuture<KafkaRaftServer> started = new CompletableFuture<>();

    /** Completes when an attempt that failed or came too late has left nothing running. */
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    Start(
        BrokerSettings settings, BrokerDirectory directory, Ports ports, Consumer<Fault> onDeath) {
      this.settings = settings;
      this.directory = directory;
      this.ports = ports;
      this.onDeath = onDeath;
    }

    EmbeddedBroker broker() throws ExecutionException, TimeoutException, InterruptedException {
      FatalExit.listen(fatal);
      Thread thread = new Thread(this::run, "howdah-broker-start");
      thread.setDaemon(true);
      thread.start();
      try {
        KafkaRaftServer server =
            started.get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return new EmbeddedBroker(directory, ports, server, fatal);
      } catch (ExecutionException | TimeoutException | InterruptedException e) {
        FatalExit.forget(fatal);
        throw e;
      }
    }

    /** Lets go of the directory as soon as Kafka has. */
    void abandon() {
      if (started.complete(null) || started.isCompletedExceptionally()) {
        CompletableFuture<Void> unused = gone.thenRun(directory::close);
      } else {
        // It became ready in the very moment that we stopped waiting.
        shutDown(started.join());
        directory.close();
      }
    }

    private void run() {
      KafkaRaftServer server = null;
      Throwable failure = null;
      try {
        server =
            new KafkaRaftServer(
                new KafkaConfig(
                    BrokerProperties.of(directory.data(), ports, settings.startTimeout()), false),
                Time.SYSTEM);
        server.startup();
      } catch (Throwable e) { // errors too: whoever waits must hear of it
        failure = e;
      }
      if (failure == null && started.complete(server)) {
        return;
      }
      if (server != null) {
        shutDown(server);
      }
      gone.complete(null);
      if (failure != null) {
        started.completeExceptionally(failure);
      }
    }

    private void heard(String why) {
      if (!started.isDone()) {
        // The start usually fails by itself next, and then says better what is wrong.
        CompletableFuture.delayedExecutor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
            .execute(() -> started.completeExceptionally(new IllegalStateException(why)));
      } else if (!started.isCompletedExceptionally() && dead.compareAndSet(false, true)) {
        onDeath.accept(BrokerFaults.died(settings.directory(), why));
      }
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
