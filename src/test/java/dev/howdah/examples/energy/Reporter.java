package dev.howdah.examples.energy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes the report of what was analyzed, as CSV. */
final class Reporter implements EnergyService {
  private static final List<String> COLUMNS =
      List.of("timestamp", "household_id", "power", "efficiency", "status");

  @Override
  public String execute(Path input, Path output) throws IOException, Failed {
    ArrayNode rows = DataFiles.readRows(input);
    StringBuilder report = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (int i = 0; i < rows.size(); i++) {
      for (String column : COLUMNS) {
        JsonNode value = rows.get(i).path(column);
        if (!value.isValueNode() || value.isNull()) {
          throw new Failed("row %d of %s has no %s".formatted(i + 1, input.getFileName(), column));
        }
        report.append(column.equals(COLUMNS.get(0)) ? "" : ",").append(quoted(value.asText()));
      }
      report.append('\n');
    }
    DataFiles.write(output, report.toString());
    return "reported %d rows in %s".formatted(rows.size(), output.getFileName());
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
