package dev.howdah.examples.energy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes JSON of measurements in CSV: an object a row, all values as text. */
final class Generator implements EnergyService {
  @Override
  public String execute(Path input, Path output) throws IOException, Failed {
    List<String> lines = DataFiles.read(input).lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new Failed(input.getFileName() + " is empty; its first line names the columns");
    }
    String[] columns = lines.get(0).split(",", -1);
    ArrayNode rows = DataFiles.noRows();
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      if (values.length > columns.length) {
        throw new Failed(
            "row %d of %s has %d values for %d columns"
                .formatted(rows.size() + 1, input.getFileName(), values.length, columns.length));
      }
      ObjectNode row = rows.addObject();
      for (int i = 0; i < columns.length; i++) {
        row.put(columns[i], i < values.length ? values[i] : null);
      }
    }
    DataFiles.write(output, rows);
    return "read %d rows of %s".formatted(rows.size(), input.getFileName());
  }
}
