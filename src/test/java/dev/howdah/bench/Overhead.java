package dev.howdah.bench;

import dev.howdah.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares a durable chain of three recorded steps with a plain one, in one run. */
final class Overhead {
  private static final String CHAIN =
      """
      id: chain
      name: Chain
      blocks:
        - {id: first, type: wasm, group: %1$s, data: {module: fibo, function: fibo, args: "${ [.n] }"}}
        - {id: second, type: wasm, group: %2$s, data: {module: fibo, function: fibo, args: "${ [.] }"}}
        - {id: third, type: wasm, group: %3$s, data: {module: fibo, function: fibo, args: "${ [.] }"}}
      """;

  /**
   * @param progress how many milliseconds after its end a step is told to followers
   */
  private record Row(String name, Figures one, Figures many, double progress) {}

  private static double seconds;
  private static double warmUp;

  private Overhead() {}

  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    seconds = args.length > 0 ? Double.parseDouble(args[0]) : 8;
    warmUp = args.length > 1 ? Double.parseDouble(args[1]) : 15;
    try (Scratch scratch = Scratch.make()) {
      measure(scratch.directory());
    }
  }

  private static void measure(Path scratch) throws Exception {
    List<Row> rows = new ArrayList<>();
    rows.add(plain(scratch.resolve("plain")));
    rows.add(durable(scratch.resolve("normal"), "(b) durable: survives kill -9", "normal"));
    rows.add(
        durable(scratch.resolve("full"), "(c) durable, flushed: survives a power cut", "full"));
    rows.add(workers(scratch.resolve("workers")));
    System.out.println();
    System.out.println("Three steps. Milliseconds; " + seconds + " s each after " + warmUp + " s.");
    System.out.println(Figures.header(32));
    rows.forEach(row -> System.out.println(row.many().row(row.name(), row.one())));
    Figures plain = rows.get(0).one();
    Figures normal = rows.get(1).one();
    System.out.printf(
        "durable_per_s=%.0f flushed_per_s=%.0f durable_p50_ms=%.2f plain_p50_ms=%.2f"
            + " p50_ratio=%.2f flushed_p50_ratio=%.2f workers_per_s=%.0f progress_ms=%.1f"
            + " workers_progress_ms=%.1f%n",
        rows.get(1).many().perSecond(),
        rows.get(2).many().perSecond(),
        normal.p50(),
        plain.p50(),
        normal.p50() / plain.p50(),
        rows.get(2).one().p50() / plain.p50(),
        rows.get(3).many().perSecond(),
        rows.get(2).progress(),
        rows.get(3).progress());
  }

  private static Row plain(Path directory) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            PlainChain.class.getName(),
            directory.toString(),
            "" + seconds,
            "" + warmUp);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("figures ")) {
          String[] f = line.split(" ");
          return new Row(
              "(a) plain kafka-clients, nothing recorded", figures(f, 1), figures(f, 4), 0);
        }
      }
    }
    throw new IOException("the plain chain gave no figures");
  }

  private static Figures figures(String[] fields, int from) {
    return new Figures(
        Double.parseDouble(fields[from]),
        Double.parseDouble(fields[from + 1]),
        Double.parseDouble(fields[from + 2]));
  }

  private static Row durable(Path scratch, String name, String synchronous) throws Exception {
    Files.createDirectories(scratch);
    try (HowdahProcess serve =
        HowdahProcess.serve(
            scratch.resolve("data"),
            HowdahProcess.freePort(),
            "-D",
            "howdah.store.synchronous=" + synchronous)) {
      deploy(serve, CHAIN.formatted("default", "default", "default"));
      Row row = load(serve, name, "default");
      print(serve, name);
      return row;
    }
  }

  private static Row workers(Path scratch) throws Exception {
    Files.createDirectories(scratch);
    int broker = HowdahProcess.freePort();
    List<HowdahProcess> workers = new ArrayList<>();
    try (HowdahProcess serve =
        HowdahProcess.serve(scratch.resolve("data"), broker, "--groups", "default")) {
      deploy(serve, CHAIN.formatted("one", "two", "three"));
      for (String group : List.of("one", "two", "three")) {
        workers.add(HowdahProcess.worker(scratch.resolve(group), broker, group));
      }
      return load(serve, "(d) as (c), over three worker processes", "one");
    } finally {
      for (HowdahProcess worker : workers) {
        worker.close();
      }
    }
  }

  private static void deploy(HowdahProcess serve, String design) throws Exception {
    String wat =
        Files.readString(
            Path.of(System.getProperty("howdah.home"), "designs", "modules", "fibo.wat"));
    serve.ok("PUT", "/api/modules/fibo", wat, "application/octet-stream");
    serve.ok("POST", "/api/designs", design, "application/yaml");
    serve.ok(
        "POST",
        "/api/deployments",
        "{\"design_id\": \"chain\", \"endpoint_path\": \"chain\"}",
        "application/json");
  }

  private static Row load(HowdahProcess serve, String name, String group) throws Exception {
    Load.run(32, warmUp, i -> caller(serve));
    Figures one = Load.run(1, seconds, i -> caller(serve));
    Figures many = Load.run(32, seconds, i -> caller(serve));
    return new Row(name, one, many, ProgressDelay.median(serve, group));
  }

  private static Load.Call caller(HowdahProcess serve) {
    return new Caller(serve.port(), "/api/deployed/chain", "{\"n\":1}", "1");
  }

  /** Without crashes nothing may have been delivered twice. */
  private static void print(HowdahProcess serve, String name) throws Exception {
    var counters = Json.read(serve.ok("GET", "/health", "", "text/plain")).path("counters");
    System.out.printf(
        "%s: %d MB resident, %s commits, %s executions, %.2f commits an execution%n",
        name,
        serve.residentMegabytes(),
        counters.path("commits"),
        counters.path("started"),
        counters.path("commits").asDouble() / counters.path("started").asDouble());
    if (counters.path("conflicts").asLong() != 0) {
      throw new IllegalStateException("steps were recorded twice: " + counters);
    }
  }
}
