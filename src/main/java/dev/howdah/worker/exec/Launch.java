package dev.howdah.worker.exec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a program is started, to the letter.
 *
 * @param command the absolute path of an executable and its arguments
 * @param environment all variables it has
 * @param directory its working directory, which exists
 * @param abort a command that ends what would survive the process, or empty
 */
record Launch(
    List<String> command, Map<String, String> environment, Path directory, List<String> abort) {
  Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    abort = List.copyOf(abort);
  }
}
