package dev.howdah.examples.energy;

import java.io.IOException;
import java.nio.file.Path;

/** Makes a file of another. To do so again changes nothing. */
@FunctionalInterface
public interface EnergyService {
  /**
   * Reads the input and writes the output, all of it or nothing.
   *
   * @return what it did, for people
   * @throws Failed when the input is not there, or cannot be used
   */
  String execute(Path input, Path output) throws IOException, Failed;

  /** Why a service could not do its work, naming the files or the rows that are to be mended. */
  final class Failed extends Exception {
    Failed(String message) {
      super(message);
    }
  }
}
