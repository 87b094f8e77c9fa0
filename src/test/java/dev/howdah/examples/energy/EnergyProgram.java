package dev.howdah.examples.energy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A node as a program: its exit code is 0 when it has done its work, and it says what it did. */
public final class EnergyProgram {
  private EnergyProgram() {}

  /**
   * Runs a node.
   *
   * @param args its id, and the files it reads and writes, if others than usual
   */
  public static void main(String[] args) {
    Optional<EnergyNode> node = args.length == 0 ? Optional.empty() : EnergyNode.of(args[0]);
    if (node.isEmpty() || (args.length != 1 && args.length != 3)) {
      System.err.println("Usage: energy-generator|energy-analyzer|energy-reporter [INPUT OUTPUT]");
      System.exit(2);
    }
    Path input = Path.of(args.length == 3 ? args[1] : node.get().input());
    Path output = Path.of(args.length == 3 ? args[2] : node.get().output());
    try {
      System.out.println(node.get().service().execute(input, output));
    } catch (EnergyService.Failed e) {
      System.err.println(args[0] + ": " + e.getMessage());
      System.exit(1);
    } catch (IOException e) {
      System.err.println(args[0] + ": " + e);
      System.exit(1);
    }
  }
}
