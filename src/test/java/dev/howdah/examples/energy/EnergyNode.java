package dev.howdah.examples.energy;

import java.util.Arrays;
import java.util.Optional;

/** The nodes of the pipeline, in its order, and the files that they exchange. */
public enum EnergyNode {
  GENERATOR("energy-generator", "energy_data.csv", "output1.json"),
  ANALYZER("energy-analyzer", "output1.json", "output2.json"),
  REPORTER("energy-reporter", "output2.json", "energy_report.csv");

  private final String id;
  private final String input;
  private final String output;

  EnergyNode(String id, String input, String output) {
    this.id = id;
    this.input = input;
    this.output = output;
  }

  /** The node of an id. */
  public static Optional<EnergyNode> of(String id) {
    return Arrays.stream(values()).filter(node -> node.id.equals(id)).findFirst();
  }

  /** What configurations call it. */
  public String id() {
    return id;
  }

  /** The name of the file that it reads unless told otherwise. */
  public String input() {
    return input;
  }

  /** The name of the file that it writes unless told otherwise. */
  public String output() {
    return output;
  }

  /** What it does. */
  public EnergyService service() {
    return switch (this) {
      case GENERATOR -> new Generator();
      case ANALYZER -> new Analyzer();
      case REPORTER -> new Reporter();
    };
  }
}
