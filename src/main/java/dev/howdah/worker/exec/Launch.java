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
 * @param kind what would survive this process
 */
record Launch(
    List<String> command, Map<String, String> environment, Path directory, Run.Kind kind) {
  Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
