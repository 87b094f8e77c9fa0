package dev.howdah.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Measures a server with many deployed designs. */
final class Scale {
  private static final int CALLS = 25;
  private static final String DESIGN =
      """
      id: design-%1$d
      name: Design %1$d
      input: {type: object, required: [n]}
      blocks:
        - {id: twice, type: transform, data: {value: "${ .n * 2 }"}}
        - {id: rest, type: sleep, data: {duration: 1ms}}
        - {id: plus, type: transform, data: {value: "${ . + %1$d }"}}
      """;

  private Scale() {}

  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    int designs = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    try (Scratch scratch = Scratch.make()) {
      Path data = scratch.in("serve").resolve("data");
      deploy(data, designs);
      long from = System.nanoTime();
      try (HowdahProcess serve = HowdahProcess.serve(data, 0)) {
        double start = (System.nanoTime() - from) / 1e6;
        long idle = serve.residentMegabytes();
        double[] first = firstCalls(serve, designs);
        System.out.printf(
            "%d designs: start %.0f ms, %d MB; first calls of %d idle designs: median %.0f ms, most %.0f ms; then %d MB%n",
            designs,
            start,
            idle,
            CALLS,
            first[CALLS / 2],
            first[CALLS - 1],
            serve.residentMegabytes());
        System.out.printf(
            "start_ms=%.0f first_call_ms=%.0f first_call_most_ms=%.0f memory_mb=%d%n",
            start, first[CALLS / 2], first[CALLS - 1], serve.residentMegabytes());
      }
    }
  }

  private static void deploy(Path data, int designs) throws Exception {
    long from = System.nanoTime();
    try (HowdahProcess serve = HowdahProcess.serve(data, 0)) {
      for (int i = 0; i < designs; i++) {
        serve.ok("POST", "/api/designs", DESIGN.formatted(i), "application/yaml");
        serve.ok(
            "POST",
            "/api/deployments",
            "{\"design_id\": \"design-%d\", \"endpoint_path\": \"d%d\"}".formatted(i, i),
            "application/json");
      }
    }
    System.out.printf(
        "saved and deployed %d designs in %.1f s%n", designs, (System.nanoTime() - from) / 1e9);
  }

  /** Sorted times of first calls of designs that nobody has called since the start. */
  private static double[] firstCalls(HowdahProcess serve, int designs) throws Exception {
    Random random = new Random(1);
    double[] took = new double[CALLS];
    for (int i = 0; i < CALLS; i++) {
      int design = random.nextInt(designs);
      long from = System.nanoTime();
      String result =
          serve.ok("POST", "/api/deployed/d" + design, "{\"n\": 1}", "application/json");
      took[i] = (System.nanoTime() - from) / 1e6;
      if (Integer.parseInt(result) != design + 2) {
        throw new IllegalStateException("design " + design + " answered " + result);
      }
    }
    Arrays.sort(took);
    return took;
  }
}
