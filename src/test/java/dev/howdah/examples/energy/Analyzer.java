package dev.howdah.examples.energy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Computes what was used and how efficiently; leaves out rows that cannot be computed with. */
final class Analyzer implements EnergyService {
  private static final double HIGH_USAGE = 5;
  private static final List<String> TEXTS = List.of("timestamp", "household_id");
  private static final List<String> NUMBERS = List.of("power_consumption", "voltage", "current");
  private static final int MOST_NAMED = 10;

  @Override
  public String execute(Path input, Path output) throws IOException, Failed {
    ArrayNode measured = DataFiles.readRows(input);
    ArrayNode analyzed = DataFiles.noRows();
    List<String> skipped = new ArrayList<>();
    for (int i = 0; i < measured.size(); i++) {
      JsonNode row = measured.get(i);
      Optional<String> flaw = flaw(row);
      if (flaw.isPresent()) {
        skipped.add("row %d (%s)".formatted(i + 1, flaw.get()));
      } else {
        analyze(row, analyzed);
      }
    }
    if (analyzed.isEmpty()) {
      throw new Failed(
          "no row of %s can be analyzed: %s"
              .formatted(
                  input.getFileName(), skipped.isEmpty() ? "there is none" : named(skipped)));
    }
    DataFiles.write(output, analyzed);
    return "analyzed %d of %d rows%s"
        .formatted(
            analyzed.size(),
            measured.size(),
            skipped.isEmpty() ? "" : "; skipped " + named(skipped));
  }

  private static String named(List<String> skipped) {
    String first = skipped.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = skipped.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /** Why a row cannot be computed with. */
  private static Optional<String> flaw(JsonNode row) {
    for (String column : TEXTS) {
      if (isMissing(row.path(column))) {
        return Optional.of("no " + column);
      }
    }
    for (String column : NUMBERS) {
      JsonNode value = row.path(column);
      if (isMissing(value)) {
        return Optional.of("no " + column);
      }
      if (number(value).isEmpty()) {
        return Optional.of("%s is no number: %s".formatted(column, value.asText()));
      }
    }
    boolean flows = number(row, "voltage") * number(row, "current") != 0;
    return flows ? Optional.empty() : Optional.of("voltage times current is 0");
  }

  private static boolean isMissing(JsonNode value) {
    String text = value.asText("").strip();
    return text.isEmpty() || text.equals("null");
  }

  private static void analyze(JsonNode row, ArrayNode analyzed) {
    double power = number(row, "power_consumption");
    double efficiency = power / (number(row, "voltage") * number(row, "current")) * 100;
    boolean high = power > HIGH_USAGE;
    analyzed
        .addObject()
        .put("timestamp", row.get("timestamp").asText())
        .put("household_id", row.get("household_id").asText())
        .put("power", power)
        .put(
            "efficiency",
            new BigDecimal(efficiency).setScale(3, RoundingMode.HALF_EVEN).doubleValue())
        .put("status", high ? "high_usage" : "normal")
        .put("anomaly_detected", high);
  }

  private static double number(JsonNode row, String column) {
    return number(row.get(column)).orElseThrow();
  }

  /** Decimal numbers only: what Java reads besides, such as NaN and 1f, nobody has measured. */
  private static Optional<Double> number(JsonNode value) {
    try {
      return Optional.of(new BigDecimal(value.asText().strip()).doubleValue())
          .filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
