package dev.howdah.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@code howdah} command line as a process of its own, with what it prints. */
final class CommandProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final StringBuilder err = new StringBuilder();
  private final CompletableFuture<Void> errRead;
  private final CompletableFuture<String> out;

  private CommandProcess(Process process) {
    this.process = process;
    this.out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
    this.errRead = CompletableFuture.runAsync(() -> follow(process.getErrorStream()));
  }

  /**
   * Starts a command.
   *
   * @param directory where it is run
   */
  static CommandProcess start(Path directory, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    // Whoever runs the tests in the background has their children ignore Ctrl-C.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.howdah.Main"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HOWDAH_"));
    return new CommandProcess(builder.start());
  }

  private static String read(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void follow(InputStream stream) {
    byte[] chunk = new byte[8192];
    try {
      for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
        append(new String(chunk, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void append(String text) {
    err.append(text);
  }

  /** Waits for the end and gives the exit code. */
  int exitCode() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end; standard error: " + err());
    }
    errRead.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return process.exitValue();
  }

  /** All of standard output; waits for the end. */
  String out() throws Exception {
    return out.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Standard error so far. */
  synchronized String err() {
    return err.toString();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Sends a signal by its name. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
