package dev.howdah.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.design.DesignParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Saves the designs that a design runs, from the files beside it: a design is found by its id. */
final class NamedDesigns {
  private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

  private final DesignCatalog catalog;
  private final Set<String> seen = new HashSet<>();

  NamedDesigns(DesignCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Saves what a design runs, and what that runs, before it is saved itself.
   *
   * @throws dev.howdah.design.InvalidDesignException when one of them is wrong
   */
  void saveFor(DesignFile design) {
    JsonNode document =
        DesignParser.parse(design.path().toString(), design.text()).document().root();
    saveFor(document, design.path().toAbsolutePath().getParent());
  }

  private void saveFor(JsonNode blocks, Path directory) {
    for (JsonNode block : blocks.path("blocks")) {
      JsonNode data = block.path("data");
      if (data.path("design").isTextual()) {
        save(data.get("design").textValue(), directory);
      }
      saveFor(data, directory);
    }
  }

  private void save(String id, Path directory) {
    if (!seen.add(id) || !id.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      return;
    }
    for (String ending : ENDINGS) {
      Path file = directory.resolve(id + ending);
      if (Files.isRegularFile(file)) {
        DesignFile named = DesignFile.read(file);
        saveFor(named);
        catalog.save(file.toString(), named.text(), named.modules(), true);
        return;
      }
    }
  }
}
