package dev.howdah.deploy;

import dev.howdah.block.spi.ModuleContent;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Modules in a directory, by hash, up to a number of bytes: the least recently used go, and the one
 * kept last always stays. When a file was used is the time of its last change. Several processes
 * may share the directory. Thread-safe.
 */
public final class KeptModules {
  private static final Logger LOG = LoggerFactory.getLogger(KeptModules.class);

  private final Path directory;
  private final long mostBytes;
  private final InstantSource clock;

  private record Kept(Path file, long bytes, FileTime used) {}

  /**
   * @param directory made when the first module is kept
   */
  public KeptModules(Path directory, long mostBytes, InstantSource clock) {
    this.directory = directory;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** The module of a hash, if it is here and unspoilt; it counts as used. */
  Optional<ModuleContent> get(String hash) {
    Path file = file(hash);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      ModuleContent module = new ModuleContent(hash, Files.readAllBytes(file));
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(module);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException | FaultException e) {
      LOG.warn("{} is not the module it should be and is fetched anew: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Keeps a module, for which others may have to go. */
  void keep(ModuleContent module) {
    Path file = file(module.sha256());
    try {
      Files.createDirectories(directory);
      Path fresh = Files.createTempFile(directory, "fetched", null);
      Files.write(fresh, module.bytes());
      Files.setLastModifiedTime(fresh, FileTime.from(clock.instant()));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      makeRoom(file);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("A module cannot be kept in {} and is fetched again later: {}", directory, e);
    }
  }

  private Path file(String hash) {
    return directory.resolve(hash + ".module");
  }

  /** What a killed process has left half written goes in its turn, too. */
  private void makeRoom(Path last) throws IOException {
    List<Kept> all = all();
    all.removeIf(kept -> kept.file().equals(last));
    all.sort(Comparator.comparing(Kept::used));
    long over = all.stream().mapToLong(Kept::bytes).sum() + Files.size(last) - mostBytes;
    for (Kept oldest : all) {
      if (over <= 0) {
        return;
      }
      Files.deleteIfExists(oldest.file());
      over -= oldest.bytes();
    }
  }

  private List<Kept> all() throws IOException {
    List<Kept> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          if (attributes.isRegularFile()) {
            found.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
          }
        } catch (NoSuchFileException gone) {
          LOG.debug("{} went while it was looked at.", file);
        }
      }
    }
    return found;
  }
}
