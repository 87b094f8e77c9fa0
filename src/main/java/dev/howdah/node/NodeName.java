package dev.howdah.node;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The name by which a process is known in records and groups; the same after a restart. */
final class NodeName {
  private NodeName() {}

  /** The configured name, else the one kept in the data directory, else a new one kept there. */
  static String of(Optional<String> configured, Path directory, String prefix) {
    if (configured.isPresent()) {
      return configured.get();
    }
    Path file = directory.resolve("node");
    try {
      if (Files.isRegularFile(file)) {
        String kept = Files.readString(file).strip();
        if (!kept.isEmpty()) {
          return kept;
        }
      }
      String name = prefix + "-" + random();
      Files.createDirectories(directory);
      Files.writeString(file, name);
      return name;
    } catch (IOException e) {
      throw Fault.rejected(
              "store.directory",
              Blame.CALLER,
              "%s cannot be written: %s; name a directory that can with --data"
                  .formatted(file, e.getMessage()))
          .toException();
    }
  }

  /** Six digits nobody else is likely to have. */
  static String random() {
    return HexFormat.of()
        .toHexDigits(ThreadLocalRandom.current().nextLong())
        .substring(10)
        .toLowerCase(Locale.ROOT);
  }
}
