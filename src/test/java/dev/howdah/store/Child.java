package dev.howdah.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Another JVM with the same class path, to be killed. */
final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private Child(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static Child committing(StoreSettings.Sqlite settings) {
    return committing(settings, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static Child committing(StoreSettings.Sqlite settings, Path temporary) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    try {
      return new Child(
          new ProcessBuilder(
                  java,
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Djava.io.tmpdir=" + temporary,
                  "-cp",
                  System.getProperty("java.class.path"),
                  CommitsUntilKilled.class.getName(),
                  settings.directory().toString(),
                  settings.synchronous().name())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Adds ids to the list until it has this many; waits for them to be printed. */
  void acknowledged(int count, List<String> ids) throws IOException {
    while (ids.size() < count) {
      ids.add(nextId());
    }
  }

  private String nextId() throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.matches("e\\d{8}")) {
        return line;
      }
    }
    throw new IllegalStateException("the child ended by itself");
  }

  /** Sends SIGKILL, and adds what it had printed before it died. */
  void kill(List<String> ids) throws Exception {
    // Through the handle, since killing the process object also throws away what it had printed.
    process.toHandle().destroyForcibly();
    process.waitFor();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.matches("e\\d{8}")) {
        ids.add(line);
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
