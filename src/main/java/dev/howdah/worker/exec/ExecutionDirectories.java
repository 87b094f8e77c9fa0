package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories in which the blocks of an execution leave files for each other, one an execution.
 * They outlive the execution by a time, so that people can look at what it made. Thread-safe;
 * several processes may share the root.
 */
public final class ExecutionDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionDirectories.class);

  /** Left in the root by whoever knows when executions end; then nobody else removes anything. */
  private static final String KEPT_BY_ENGINE = ".kept-by-engine";

  private final Path root;
  private final InstantSource clock;

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
   * The directory of an execution, made if it is not there.
   *
   * @param execution letters, digits, {@code _} and {@code -}
   * @throws dev.howdah.fault.FaultException {@code exec.no-directory}
   */
  Path open(String execution) {
    Path directory = root.resolve(execution);
    try {
      Files.createDirectories(directory);
      touch(execution);
      return directory;
    } catch (IOException e) {
      throw ExecFaults.noDirectory(directory.toString(), "it cannot be made (" + e + ")");
    }
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
        // Asking is not free, and whoever was used lately stays anyway.
        if (used.isBefore(oldest)
            && lastNeeded
                .of(directory.getFileName().toString(), used)
                .filter(at -> at.isBefore(oldest))
                .isPresent()) {
          remove(directory);
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
