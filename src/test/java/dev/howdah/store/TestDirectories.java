package dev.howdah.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Fresh directories below the build directory; cleaned with it. */
final class TestDirectories {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestDirectories() {}

  static Path fresh() {
    try {
      // The native library of SQLite is unpacked there; the build does not create it.
      Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
      Path stores = Files.createDirectories(Path.of("target", "stores").toAbsolutePath());
      return Files.createTempDirectory(stores, "store" + COUNT.incrementAndGet() + "-");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
