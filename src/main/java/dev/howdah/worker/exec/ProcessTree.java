package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A process and all that it has started.
 *
 * <p>Who is whose child is lost when a parent ends. On Linux the others are then found by a
 * variable that the first had in its environment and the others have inherited.
 */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");
  private static final int MOST_ROUNDS = 20;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final long LOOK_NANOS = 2_000_000;

  private final ProcessHandle root;
  private final byte[] mark;
  private final Set<ProcessHandle> known = new LinkedHashSet<>();

  /**
   * @param mark a variable with its value, as in {@code NAME=value}
   */
  ProcessTree(ProcessHandle root, String mark) {
    this.root = root;
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
    known.add(root);
  }

  /**
   * Asks everybody to end and kills who has not after a time. Blocks for that time and little more.
   */
  synchronized void kill(Duration grace) {
    living().forEach(ProcessHandle::destroy);
    awaitEnd(grace);
    // Whoever was starting another just now is found in the next round.
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Set<ProcessHandle> living = living();
      if (living.isEmpty()) {
        return;
      }
      living.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(ROUND);
    }
  }

  /** Everybody that lives, parents before their children as far as they are known. */
  private Set<ProcessHandle> living() {
    root.descendants().forEach(known::add);
    for (ProcessHandle orphan : List.copyOf(known)) {
      if (!orphan.equals(root) && orphan.isAlive()) {
        orphan.descendants().forEach(known::add);
      }
    }
    marked().forEach(known::add);
    known.removeIf(handle -> !handle.isAlive());
    return Set.copyOf(known);
  }

  private void awaitEnd(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (System.nanoTime() - deadline < 0 && known.stream().anyMatch(ProcessHandle::isAlive)) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (Thread.interrupted()) {
        // Nobody waits any more; what follows is the killing.
        return;
      }
    }
  }

  private List<ProcessHandle> marked() {
    if (!Files.isDirectory(PROC)) {
      return List.of();
    }
    try (Stream<Path> processes = Files.list(PROC)) {
      return processes.flatMap(directory -> marked(directory).stream()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Optional<ProcessHandle> marked(Path directory) {
    String pid = directory.getFileName().toString();
    if (!Character.isDigit(pid.charAt(0))) {
      return Optional.empty();
    }
    try {
      byte[] environment = Files.readAllBytes(directory.resolve("environ"));
      return holds(environment, mark) ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    } catch (IOException e) {
      // It has ended, or is another user's and so none of ours.
      return Optional.empty();
    }
  }

  /** Whether one of the strings, each with a zero byte behind it, is this one. */
  private static boolean holds(byte[] strings, byte[] wanted) {
    int start = 0;
    for (int i = 0; i < strings.length; i++) {
      if (strings[i] == 0) {
        if (java.util.Arrays.equals(strings, start, i, wanted, 0, wanted.length)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }
}
