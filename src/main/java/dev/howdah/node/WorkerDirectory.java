package dev.howdah.node;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.store.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The place of one worker in a directory that it may share with other workers and with an engine:
 * modules are kept for all of them, the name is its own.
 *
 * @param root the shared directory
 * @param name of the worker; the same when it comes back
 * @param instance the name once more, when nobody else can have it at the same time
 */
record WorkerDirectory(Path root, String name, Optional<String> instance, DirectoryLock lock)
    implements AutoCloseable {
  private static final int MOST = 1_000;

  /**
   * Takes the first free place of a group, so that a worker that is started again finds the name it
   * had.
   *
   * @param configured a name that the user gave; it may be given to several, so it is no proof of
   *     who somebody is
   */
  static WorkerDirectory claim(Path root, String group, Optional<String> configured) {
    Path places = root.resolve("workers").resolve(group);
    for (int i = 1; i <= MOST; i++) {
      Path place = places.resolve(Integer.toString(i));
      try {
        DirectoryLock lock = DirectoryLock.claim(place);
        String name = NodeName.of(configured, place, group);
        return new WorkerDirectory(
            root, name, configured.isPresent() ? Optional.empty() : Optional.of(name), lock);
      } catch (FaultException e) {
        if (!e.fault().code().equals("store.in-use")) {
          throw e;
        }
      }
    }
    throw Fault.rejected(
            "store.in-use",
            Blame.CALLER,
            "%s has %d workers already; name another directory with --data".formatted(places, MOST))
        .toException();
  }

  /** Where a worker keeps things when nobody says: with the user's other caches. */
  static Path usual(String home) {
    Path caches = Path.of(home, ".cache");
    try {
      return Files.createDirectories(caches.resolve("howdah"));
    } catch (IOException e) {
      try {
        return Files.createTempDirectory("howdah-worker");
      } catch (IOException none) {
        throw Fault.rejected(
                "store.directory",
                Blame.CALLER,
                "neither %s nor a temporary directory can be made; name a directory with --data"
                    .formatted(caches))
            .toException();
      }
    }
  }

  Path cache() {
    return root.resolve("cache");
  }

  @Override
  public void close() {
    lock.close();
  }
}
