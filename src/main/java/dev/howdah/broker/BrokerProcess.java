package dev.howdah.broker;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The embedded broker in a child JVM, so that its heap and its faults are not ours.
 *
 * <p>The child ends when this process does, however it does: it reads its standard input, which the
 * system closes with us. It logs to {@code broker.log} in its directory.
 */
public final class BrokerProcess implements Broker {
  private static final long CLOSE_SECONDS = 10;

  private final Process process;
  private final int port;
  private final String clusterId;
  private final AtomicBoolean closed;

  private BrokerProcess(Process process, int port, String clusterId, AtomicBoolean closed) {
    this.process = process;
    this.port = port;
    this.clusterId = clusterId;
    this.closed = closed;
  }

  /** Starts a child whose later death nobody is told of. */
  public static BrokerProcess start(BrokerSettings settings) {
    return start(settings, fault -> {});
  }

  /**
   * Starts the child and returns when it takes records.
   *
   * @param onDeath told, at most once and on a thread of its own, when the child has ended before
   *     {@link #close}
   * @throws FaultException as {@link EmbeddedBroker#start(BrokerSettings, Consumer)}; no child is
   *     left then
   */
  public static BrokerProcess start(BrokerSettings settings, Consumer<Fault> onDeath) {
    Path log = settings.directory().resolve("broker.log");
    Process process = launch(settings, log);
    try {
      String[] words = answer(process, settings).split(" ", 4);
      if (words[0].equals("fault")) {
        throw new Fault(
                words[1], Blame.ENGINE, words[3], Boolean.parseBoolean(words[2]), Optional.empty())
            .toException();
      }
      if (!words[0].equals("ready")) {
        throw BrokerFaults.notStarted(
            settings.directory(), "its process ended at once; its log is " + log);
      }
      AtomicBoolean closed = new AtomicBoolean();
      // Kept in no field: the process itself holds what runs at its exit.
      CompletableFuture<Void> unused =
          process
              .onExit()
              .thenAcceptAsync(
                  ended -> {
                    if (!closed.get()) {
                      onDeath.accept(
                          BrokerFaults.died(
                              settings.directory(),
                              "its process ended with status %d, its log is %s"
                                  .formatted(ended.exitValue(), log)));
                    }
                  });
      return new BrokerProcess(process, Integer.parseInt(words[1]), words[2], closed);
    } catch (FaultException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Process launch(BrokerSettings settings, Path log) {
    try {
      Files.createDirectories(settings.directory());
      if (Files.exists(log)) {
        Files.move(
            log, settings.directory().resolve("broker.log.1"), StandardCopyOption.REPLACE_EXISTING);
      }
      return new ProcessBuilder(command(settings)).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw BrokerFaults.directory(settings.directory(), e);
    }
  }

  private static List<String> command(BrokerSettings settings) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx96m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        absolute(System.getProperty("java.class.path")),
        BrokerMain.class.getName(),
        settings.directory().toString(),
        Integer.toString(settings.port()));
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        List.of(classPath.split(File.pathSeparator)).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  /** The child's one line, or an empty one when it ended without a word. */
  private static String answer(Process process, BrokerSettings settings) {
    BufferedReader output = process.inputReader();
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                String read = output.readLine();
                return read == null ? "" : read;
              } catch (IOException e) {
                return "";
              }
            });
    try {
      return line.get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw BrokerFaults.notStarted(
          settings.directory(),
          "it was not ready within %d s".formatted(settings.startTimeout().toSeconds()));
    } catch (ExecutionException e) {
      throw BrokerFaults.notStarted(settings.directory(), BrokerFaults.reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BrokerFaults.notStarted(settings.directory(), "the start was interrupted");
    }
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public String clusterId() {
    return clusterId;
  }

  /** The child's process id. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The child is gone already, which is what this is for.
    }
    try {
      if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
