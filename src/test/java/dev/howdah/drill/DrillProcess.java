package dev.howdah.drill;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of Howdah that is killed and started again. */
public final class DrillProcess implements AutoCloseable {
  /** As in the launcher. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss512k",
          "-Djdk.httpclient.allowRestrictedHeaders=host");

  private final String name;
  private final List<String> command = new ArrayList<>();
  private final File log;
  private Process process;

  /**
   * @param name of its log file
   * @param main the class to run
   */
  public DrillProcess(Path directory, String name, String main, List<String> arguments) {
    this.name = name;
    this.log = directory.resolve(name + ".log").toFile();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(arguments);
  }

  String name() {
    return name;
  }

  public void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends SIGTERM; true when it leaves within that time. */
  boolean stop(long seconds) throws InterruptedException {
    process.destroy();
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
