package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A process and all that it has started.
 *
 * <p>Who is whose child is lost when a parent ends. On Linux the others are then found by a
 * variable that the first had in its environment and the others have inherited. No look at the
 * processes of a machine sees them all at one moment, so one that finds nobody proves little;
 * several in a row do.
 */
final class ProcessTree {
  /** So many looks in a row find nobody when nobody is left. */
  private static final int QUIET_LOOKS = 3;

  private static final Duration MOST = Duration.ofSeconds(5);
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final long LOOK_NANOS = 2_000_000;

  private final MarkedProcesses marked;
  private final Set<ProcessHandle> known = new LinkedHashSet<>();

  /**
   * @param mark a variable with its value, as in {@code NAME=value}
   */
  ProcessTree(ProcessHandle root, String mark) {
    this(mark);
    known.add(root);
  }

  /**
   * What is left when nobody knows the first any more.
   *
   * @param mark a variable with its value, as in {@code NAME=value}
   */
  ProcessTree(String mark) {
    this.marked = new MarkedProcesses(mark);
  }

  /**
   * Asks everybody to end and kills who has not after a time, and whom they start meanwhile. Blocks
   * for that time and seldom much more, five seconds at most.
   *
   * @return whether nobody is left
   */
  synchronized boolean kill(Duration grace) {
    find(ProcessHandle::destroy);
    awaitEnd(grace);
    long deadline = System.nanoTime() + MOST.toNanos();
    int quiet = 0;
    while (quiet < QUIET_LOOKS && System.nanoTime() - deadline < 0) {
      boolean trusted = find(ProcessHandle::destroyForcibly);
      quiet = trusted && known.isEmpty() ? quiet + 1 : 0;
      if (known.isEmpty()) {
        LockSupport.parkNanos(LOOK_NANOS);
      } else {
        awaitEnd(ROUND);
      }
    }
    return quiet == QUIET_LOOKS;
  }

  /**
   * Deals with everybody that lives.
   *
   * @return whether nobody can have been overlooked
   */
  private boolean find(Consumer<ProcessHandle> deal) {
    for (ProcessHandle handle : List.copyOf(known)) {
      // While a parent lives its children are known even if they have changed their variables.
      handle.descendants().forEach(known::add);
    }
    known.removeIf(handle -> !isAlive(handle));
    known.forEach(deal);
    return marked.look(
        handle -> {
          if (known.add(handle)) {
            // At once: in a moment it may have ended and left another in its place.
            deal.accept(handle);
          }
        });
  }

  private void awaitEnd(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (System.nanoTime() - deadline < 0 && known.stream().anyMatch(ProcessTree::isAlive)) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (Thread.interrupted()) {
        // Nobody waits any more; what follows is the killing.
        return;
      }
    }
  }

  /** Whether it runs: one that has ended may never be fetched by its parent. */
  static boolean isAlive(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return false;
    }
    try {
      String status = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
      return !status.startsWith("Z", status.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return handle.isAlive();
    }
  }
}
