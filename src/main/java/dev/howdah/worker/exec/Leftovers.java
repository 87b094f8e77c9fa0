package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is left of the runs of processes that were killed, as far as a {@link RunLedger} of
 * them is left in the same directory. Thread-safe.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  /** One of a JVM looks at a time, because a file may be opened by one only. */
  private static final Object ONE = new Object();

  private final Path directory;
  private final ContainerRuntime containers;

  /** Ledgers of which something could not be ended. */
  private final Set<Path> stubborn = new HashSet<>();

  /**
   * @param directory where the ledgers are; need not exist
   */
  Leftovers(Path directory, ContainerRuntime containers) {
    this.directory = directory;
    this.containers = containers;
  }

  /** Ends everything that is left. Blocks for as long as that takes; nobody else waits longer. */
  void end() {
    synchronized (ONE) {
      stubborn.clear();
      look();
    }
  }

  /** Ends what is left and was not tried in vain before: of processes killed since then. */
  void endNew() {
    synchronized (ONE) {
      look();
    }
  }

  private void look() {
    List<Path> ledgers;
    try (Stream<Path> listed = Files.list(directory.toRealPath())) {
      ledgers = listed.filter(file -> !stubborn.contains(file)).toList();
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      LOG.warn(
          "What killed processes have left is not looked for in {}: {}", directory, e.toString());
      return;
    }
    ledgers.stream().filter(file -> !RunLedger.isOwn(file)).forEach(this::end);
  }

  private void end(Path ledger) {
    try (FileChannel channel =
            FileChannel.open(ledger, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock dead = channel.tryLock()) {
      if (dead == null) {
        // Its process lives.
        return;
      }
      List<Run> left = runs(channel).stream().filter(run -> !end(run)).toList();
      if (left.isEmpty()) {
        Files.deleteIfExists(ledger);
      } else {
        stubborn.add(ledger);
        LOG.warn(
            "What a killed process has left may still run: {}",
            left.stream().map(Run::line).toList());
      }
    } catch (NoSuchFileException e) {
      // Somebody else has seen to it.
    } catch (IOException e) {
      stubborn.add(ledger);
      LOG.warn("What a killed process has left may still run: {}", e.toString());
    }
  }

  private static List<Run> runs(FileChannel channel) throws IOException {
    byte[] all = Channels.newInputStream(channel).readAllBytes();
    return new String(all, StandardCharsets.US_ASCII)
        .lines()
        .map(Run::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  private boolean end(Run run) {
    ProcessTree processes = new ProcessTree(Environment.mark(run.mark()));
    boolean gone =
        switch (run.kind()) {
          case PROCESS -> processes.kill(Attempt.GRACE);
          case CONTAINER -> containers.remove(run.mark(), () -> processes.kill(Attempt.GRACE));
        };
    if (gone) {
      LOG.info("Ended what a killed process had left running: {}", run.line());
    }
    return gone;
  }
}
