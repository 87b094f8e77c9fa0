package dev.howdah.cli;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Modules;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Surroundings;
import dev.howdah.plan.Plan;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A design in a file, with the modules beside it. */
record DesignFile(Path path, String text) {
  private static final long MOST_BYTES = 1 << 20;

  static DesignFile read(Path path) {
    return new DesignFile(path, text(path, "a design"));
  }

  /**
   * The text of a file.
   *
   * @param what it is meant to be
   */
  static String text(Path path, String what) {
    if (!Files.isRegularFile(path)) {
      throw wrong(path + " is no file; give the path of " + what);
    }
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw wrong(path + " is larger than 1 MiB, the most " + what + " may have");
      }
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw wrong(path + " is not UTF-8 text");
    } catch (IOException e) {
      throw wrong(path + " cannot be read: " + e.getMessage());
    }
  }

  private static RuntimeException wrong(String message) {
    return Fault.rejected("input.design", Blame.CALLER, message).toException();
  }

  /**
   * Checks the design by itself: which other designs there are is known to an installation only.
   *
   * @throws dev.howdah.design.InvalidDesignException with every problem at once
   */
  Plan check(Kinds kinds, Modules modules) {
    return DesignCatalog.check(path.toString(), text, new Surroundings(kinds, modules, id -> true));
  }

  /** The modules in files beside the design, each read once. */
  Modules modules() {
    Path directory = path.toAbsolutePath().getParent();
    Map<String, Optional<ModuleContent>> found = new ConcurrentHashMap<>();
    return name -> found.computeIfAbsent(name, n -> ModuleFiles.find(directory, n));
  }
}
