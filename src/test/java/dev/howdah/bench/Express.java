package dev.howdah.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Compares an express design of three steps with a route of the same steps written by hand. */
final class Express {
  private static final String CHAIN =
      """
      id: chain
      name: Chain
      mode: express
      blocks:
        - {id: first, type: wasm, data: {module: fibo, function: fibo, args: "${ [.n] }"}}
        - {id: second, type: wasm, data: {module: fibo, function: fibo, args: "${ [.] }"}}
        - {id: third, type: wasm, data: {module: fibo, function: fibo, args: "${ [.] }"}}
      """;

  private Express() {}

  /** Arguments: seconds per measurement, seconds of warm-up. */
  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 8;
    double warmUp = args.length > 1 ? Double.parseDouble(args[1]) : 12;
    try (Scratch scratch = Scratch.make()) {
      Path wat = Path.of(System.getProperty("howdah.home"), "designs", "modules", "fibo.wat");
      Figures[] hand = byHand(scratch.directory(), wat, seconds, warmUp);
      Figures[] express = express(scratch.directory(), wat, seconds, warmUp);
      System.out.println();
      System.out.println(
          "Three steps. Milliseconds; " + seconds + " s each after " + warmUp + " s.");
      System.out.println(Figures.header(32));
      System.out.println(hand[1].row("a Camel route written by hand", hand[0]));
      System.out.println(express[1].row("an express design, logged", express[0]));
      System.out.printf(
          "express_per_s=%.0f hand_per_s=%.0f express_p50_ms=%.2f hand_p50_ms=%.2f ratio=%.2f%n",
          express[1].perSecond(),
          hand[1].perSecond(),
          express[0].p50(),
          hand[0].p50(),
          express[1].perSecond() / hand[1].perSecond());
    }
  }

  private static Figures[] byHand(Path scratch, Path wat, double seconds, double warmUp)
      throws Exception {
    int port = HowdahProcess.freePort();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xss512k",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HandWritten.class.getName(),
                    "" + port,
                    wat.toString()))
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("hand.log").toFile())
            .start();
    try {
      awaitAnswer(process, port);
      return load(port, "/chain", seconds, warmUp);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private static void awaitAnswer(Process process, int port) throws Exception {
    for (int tries = 0; process.isAlive() && tries < 600; tries++) {
      try {
        new Caller(port, "/chain", "{\"n\":1}", "1").call();
        return;
      } catch (IOException | java.io.UncheckedIOException notYet) {
        Thread.sleep(50);
      }
    }
    throw new IOException("the route written by hand does not answer");
  }

  private static Figures[] express(Path scratch, Path wat, double seconds, double warmUp)
      throws Exception {
    try (HowdahProcess serve =
        HowdahProcess.serve(scratch.resolve("data"), HowdahProcess.freePort())) {
      serve.ok("PUT", "/api/modules/fibo", Files.readString(wat), "application/octet-stream");
      serve.ok("POST", "/api/designs", CHAIN, "application/yaml");
      serve.ok(
          "POST",
          "/api/deployments",
          "{\"design_id\": \"chain\", \"endpoint_path\": \"chain\"}",
          "application/json");
      return load(serve.port(), "/api/deployed/chain", seconds, warmUp);
    }
  }

  private static Figures[] load(int port, String path, double seconds, double warmUp)
      throws Exception {
    Load.run(32, warmUp, i -> new Caller(port, path, "{\"n\":1}", "1"));
    Figures one = Load.run(1, seconds, i -> new Caller(port, path, "{\"n\":1}", "1"));
    Figures many = Load.run(32, seconds, i -> new Caller(port, path, "{\"n\":1}", "1"));
    return new Figures[] {one, many};
  }
}
