package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A process that opens the directory of an execution that goes on from others. */
final class CopyUntilKilled {
  private CopyUntilKilled() {}

  static Process start(Path root, String execution, String earlier) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CopyUntilKilled.class.getName(),
            root.toString(),
            execution,
            earlier)
        .inheritIO()
        .start();
  }

  public static void main(String[] arguments) {
    new ExecutionDirectories(Path.of(arguments[0]), InstantSource.system())
        .open(arguments[1], List.of(arguments[2]));
  }
}
