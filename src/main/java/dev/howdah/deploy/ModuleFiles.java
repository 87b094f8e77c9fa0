package dev.howdah.deploy;

import dev.howdah.block.spi.ModuleContent;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Modules in files beside a design: a name with the ending of a {@link ModuleForm} is a path
 * relative to the design's directory, and stays below it.
 */
public final class ModuleFiles {
  private ModuleFiles() {}

  /** The module of that name; empty when there is no such file. */
  public static Optional<ModuleContent> find(Path directory, String name) {
    Optional<ModuleForm> form = ModuleForm.of(name);
    if (form.isEmpty()) {
      return Optional.empty();
    }
    Path root = directory.toAbsolutePath().normalize();
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root) || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(form.get().read(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw Fault.rejected(
              "module.unreadable",
              Blame.CALLER,
              "%s cannot be read: %s".formatted(file, e.getMessage()))
          .toException();
    }
  }
}
