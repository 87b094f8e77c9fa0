package dev.howdah.worker.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that runs something and is killed meanwhile. */
final class Victim implements AutoCloseable {
  private final Process process;

  private Victim(Process process) {
    this.process = process;
  }

  /** Begins to run a shell script, in {@code sh} or in an image. */
  static Victim start(
      Path root, Optional<String> image, String script, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Victim.class.getName()));
    command.addAll(List.of(root.toString(), script, image.orElse("")));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(environment);
    return new Victim(builder.start());
  }

  /** Runs a script until it is done. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(System.getenv());
    String image = arguments[2];
    try (ExecCaller caller =
        Runs.caller(
            Path.of(arguments[0]),
            new ExecSettings(
                ExecPolicy.of(List.of("sh"), List.of(image), Runs.path()),
                Optional.of("podman"),
                4,
                environment))) {
      Program program =
          image.isEmpty()
              ? new Program.Local(List.of("sh", "-c", arguments[1]))
              : new Program.Image(image, List.of("sh", "-c", arguments[1]));
      caller.call(Runs.spec(program)).get(1, TimeUnit.MINUTES);
    }
  }

  /** Sends SIGKILL and waits until the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
