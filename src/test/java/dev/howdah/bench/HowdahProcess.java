package dev.howdah.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@code howdah} command as a process of its own. */
final class HowdahProcess implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int port;
  private final Path log;

  private HowdahProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** Starts {@code howdah serve} and returns when it answers. */
  static HowdahProcess serve(Path data, int brokerPort, String... arguments) throws Exception {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.addAll(List.of("serve", "--port", "" + port, "--data", data.toString()));
    command.addAll(List.of("-D", "howdah.broker.port=" + brokerPort));
    command.addAll(List.of(arguments));
    HowdahProcess serve = start(command, port, data.resolveSibling("serve.log"));
    serve.awaitHealth();
    return serve;
  }

  /** Starts {@code howdah worker} and returns when it is ready. */
  static HowdahProcess worker(Path data, int brokerPort, String group) throws Exception {
    int port = freePort();
    List<String> command =
        List.of(
            "worker",
            "--group",
            group,
            "--port",
            "" + port,
            "--data",
            data.toString(),
            "--bootstrap-servers",
            "localhost:" + brokerPort);
    HowdahProcess worker = start(command, port, data.resolveSibling(group + ".log"));
    worker.awaitHealth();
    return worker;
  }

  private static HowdahProcess start(List<String> arguments, int port, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("howdah.home"), "howdah").toString());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new HowdahProcess(process, port, log);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitHealth() throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < until) {
      if (!process.isAlive()) {
        throw new IOException("howdah ended: " + Files.readString(log));
      }
      try {
        if (request("GET", "/health", "", "text/plain").statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        Thread.sleep(20);
      }
    }
    throw new IOException("howdah does not answer: " + Files.readString(log));
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  HttpResponse<String> request(String method, String path, String body, String type)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", type)
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As {@link #request}, for requests that must succeed. */
  String ok(String method, String path, String body, String type)
      throws IOException, InterruptedException {
    HttpResponse<String> response = request(method, path, body, type);
    if (response.statusCode() >= 300) {
      throw new IOException(
          "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
    }
    return response.body();
  }

  /** The memory of the process that is in RAM, in MB. */
  long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
