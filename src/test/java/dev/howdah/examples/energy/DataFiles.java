package dev.howdah.examples.energy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads and writes the files between the nodes. */
final class DataFiles {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectWriter INDENTED = JSON.writer(printer());

  private DataFiles() {}

  private static DefaultPrettyPrinter printer() {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    printer.indentArraysWith(indenter);
    printer.indentObjectsWith(indenter);
    return printer;
  }

  static String read(Path file) throws IOException, EnergyService.Failed {
    if (!Files.isRegularFile(file)) {
      throw new EnergyService.Failed("there is no file " + file.getFileName());
    }
    return Files.readString(file);
  }

  /** The rows of a JSON file, which are its list of objects. */
  static ArrayNode readRows(Path file) throws IOException, EnergyService.Failed {
    JsonNode content;
    try {
      content = JSON.readTree(read(file));
    } catch (JsonProcessingException e) {
      throw new EnergyService.Failed(
          file.getFileName() + " is not JSON: " + e.getOriginalMessage());
    }
    if (content instanceof ArrayNode rows) {
      return rows;
    }
    throw new EnergyService.Failed(file.getFileName() + " is no list of rows");
  }

  static ArrayNode noRows() {
    return JSON.createArrayNode();
  }

  static void write(Path file, ArrayNode rows) throws IOException {
    write(file, INDENTED.writeValueAsString(rows));
  }

  /** Whoever reads the file finds all of it or nothing, even if this process is killed. */
  static void write(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(directory, file.getFileName().toString(), ".unfinished");
    try {
      Files.writeString(unfinished, text);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
