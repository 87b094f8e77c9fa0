package dev.howdah.worker.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories in which the blocks of an execution leave files for each other, one an execution.
 * They outlive the execution by a time, so that people can look at what it made and other
 * executions can go on from it. Thread-safe; several processes may share the root.
 */
public final class ExecutionDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionDirectories.class);

  /** Left in the root by whoever knows when executions end; then nobody else removes anything. */
  private static final String KEPT_BY_ENGINE = ".kept-by-engine";

  /**
   * Before the name of what is no directory of an execution: it is not there yet, or not any more.
   */
  private static final String HIDDEN = ".";

  /** How long that is left alone, as another process may be at it. */
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  private final Path root;
  private final InstantSource clock;

  /**
   * The executions whose directories this process is making; as keys, so that each is made once.
   */
  private final ConcurrentMap<String, Path> making = new ConcurrentHashMap<>();

  /** Says since when the files of an execution are of no use to it. */
  @FunctionalInterface
  public interface LastNeeded {
    /**
     * When an execution last needed its files; empty while it may still do so.
     *
     * @param execution its id
     * @param lastUsed when a block of it last began or ended
     */
    Optional<Instant> of(String execution, Instant lastUsed);
  }

  /**
   * @param root holds the directories; made when the first is
   */
  public ExecutionDirectories(Path root, InstantSource clock) {
    this.root = root.toAbsolutePath().normalize();
    this.clock = clock;
  }

  /**
   * Refuses what is no id of an execution: letters, digits, {@code _} and {@code -}.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.invalid-call}
   */
  static void check(String execution) {
    if (!execution.matches("[A-Za-z0-9_-]{1,100}")) {
      throw ExecFaults.invalid("\"" + execution + "\" is no id of an execution");
    }
  }

  /** The directory of an execution that begins with none, as {@link #open(String, List)}. */
  Path open(String execution) {
    return open(execution, List.of());
  }

  /**
   * The directory of an execution, made if it is not there. Takes as long as the copying.
   *
   * @param execution its id
   * @param earlier other executions: a new directory is a copy of the first of theirs that is
   *     there, and empty when none is
   * @throws dev.howdah.fault.FaultException {@code exec.no-directory}
   */
  Path open(String execution, List<String> earlier) {
    Path directory = root.resolve(execution);
    try {
      Files.createDirectories(root);
      if (!Files.isDirectory(directory)) {
        making.compute(execution, (id, nobody) -> make(directory, earlier));
      }
      touch(execution);
      return directory;
    } catch (IOException e) {
      throw ExecFaults.noDirectory(directory.toString(), "it cannot be made (" + e + ")");
    } catch (UncheckedIOException e) {
      throw ExecFaults.noDirectory(
          directory.toString(), "it cannot be made (" + e.getCause() + ")");
    }
  }

  /** Gives null, which ends the entry of whoever makes it. */
  private Path make(Path directory, List<String> earlier) {
    try {
      for (String execution : earlier) {
        if (!Files.isDirectory(directory)) {
          copy(root.resolve(execution), directory);
        }
      }
      Files.createDirectories(directory);
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a directory that is a copy of another one, unless that is not there or goes meanwhile.
   */
  private void copy(Path from, Path directory) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    Path unfinished = hidden(directory);
    boolean empty;
    try {
      empty = DirectoryCopy.make(from, unfinished, directory);
    } catch (IOException e) {
      discard(unfinished);
      if (Files.isDirectory(from)) {
        throw e;
      }
      return;
    }
    // Whoever removes a directory takes its name away first.
    if (!Files.isDirectory(from)) {
      discard(unfinished);
    } else if (empty) {
      // Another empty one could be replaced under the hands of whoever has made it.
      discard(unfinished);
      Files.createDirectories(directory);
    } else {
      putInPlace(unfinished, directory);
    }
  }

  private static void putInPlace(Path unfinished, Path directory) throws IOException {
    try {
      Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(unfinished);
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      // Another process was quicker.
    }
  }

  /** Removes a copy that nobody needs; what stays of it is swept away some day. */
  private static void discard(Path unfinished) {
    try {
      if (Files.exists(unfinished)) {
        remove(unfinished);
      }
    } catch (IOException e) {
      LOG.debug("{} stays until a sweep removes it: {}", unfinished, e.toString());
    }
  }

  private static Path hidden(Path directory) {
    return directory.resolveSibling(HIDDEN + directory.getFileName() + "." + UUID.randomUUID());
  }

  /** Notes that an execution has used its directory just now. */
  void touch(String execution) {
    Path directory = root.resolve(execution);
    try {
      Files.setLastModifiedTime(directory, FileTime.from(clock.instant()));
    } catch (IOException e) {
      LOG.debug("{} cannot be touched: {}", directory, e.getMessage());
    }
  }

  /** Removes directories as an engine node, which knows executions and is the only one to do so. */
  public void sweepAsEngine(Duration keep, LastNeeded lastNeeded) {
    try {
      Files.createDirectories(root);
      Path marker = root.resolve(KEPT_BY_ENGINE);
      if (!Files.exists(marker)) {
        Files.write(marker, new byte[0]);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be written, so exec blocks will fail: {}", root, e.getMessage());
      return;
    }
    sweep(keep, lastNeeded);
  }

  /** Removes directories that nobody has used for a time, unless an engine looks after them. */
  public void sweepAsWorker(Duration keep) {
    if (!Files.exists(root.resolve(KEPT_BY_ENGINE))) {
      sweep(keep, (execution, lastUsed) -> Optional.of(lastUsed));
    }
  }

  private void sweep(Duration keep, LastNeeded lastNeeded) {
    if (!Files.isDirectory(root)) {
      return;
    }
    Instant oldest = clock.instant().minus(keep);
    Instant abandoned = clock.instant().minus(ABANDONED_AFTER);
    List<Path> all;
    try (Stream<Path> listed = Files.list(root)) {
      all = listed.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      LOG.warn("Old files of executions stay in {}: {}", root, e.getMessage());
      return;
    }
    for (Path directory : all) {
      try {
        Instant used = Files.getLastModifiedTime(directory).toInstant();
        String name = directory.getFileName().toString();
        if (name.startsWith(HIDDEN)) {
          if (used.isBefore(oldest) && used.isBefore(abandoned)) {
            remove(directory);
          }
          continue;
        }
        // Asking is not free, and whoever was used lately stays anyway.
        if (used.isBefore(oldest)
            && lastNeeded.of(name, used).filter(at -> at.isBefore(oldest)).isPresent()) {
          // At once for whoever is copying it.
          remove(Files.move(directory, hidden(directory), StandardCopyOption.ATOMIC_MOVE));
        }
      } catch (IOException e) {
        LOG.warn("{} stays because it cannot be removed: {}", directory, e.toString());
      }
    }
  }

  private static void remove(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
