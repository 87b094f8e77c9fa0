package dev.howdah.drill;

import java.util.List;
import java.util.stream.IntStream;

/** The designs of the drill and what they must come to. */
final class DrillDesigns {
  static final List<String> GROUPS = List.of("first", "second", "third");

  private static final int[] FIBO = IntStream.rangeClosed(0, 34).map(DrillDesigns::sum).toArray();

  private DrillDesigns() {}

  private static int sum(int n) {
    return n < 2 ? 1 : sum(n - 1) + sum(n - 2);
  }

  /** What the module computes, up to 34. */
  static int fibo(int n) {
    return FIBO[n];
  }

  /** All of them. */
  static List<String> all(String flaky, String model) {
    return List.of(chain(), join(flaky), PatternsDesign.text(flaky, model));
  }

  /** A quarter of all executions go through the patterns, and a quarter through the join. */
  static String designOf(int i) {
    return i % 4 == 2 ? PatternsDesign.ID : i % 3 == 0 ? "join" : "chain";
  }

  private static int n(int i) {
    return i % 6;
  }

  /** JSON. */
  static String input(int i) {
    return designOf(i).equals(PatternsDesign.ID)
        ? PatternsDesign.input(i, n(i))
        : "{\"n\": " + n(i) + "}";
  }

  static Expected expected(int i) {
    int once = fibo(n(i));
    return switch (designOf(i)) {
      case PatternsDesign.ID -> PatternsDesign.expected(i, n(i));
      case "join" ->
          new Expected.Story()
              .step("head", once)
              .step("flaky", "{\"value\": " + once + "}")
              .step("pause", once)
              .step("both", once)
              .result(once);
      default ->
          new Expected.Story()
              .step("first", once)
              .step("second", fibo(once))
              .step("third", fibo(fibo(once)))
              .result(fibo(fibo(once)));
    };
  }

  private static String chain() {
    return """
        id: chain
        name: Chain
        blocks:
          - {id: first, type: wasm, group: first, data: {module: modules/fibo.wat, function: fibo, args: "${ [.n] }"}}
          - {id: second, type: wasm, group: second, data: {module: modules/fibo.wat, function: fibo, args: "${ [.] }"}}
          - {id: third, type: wasm, group: third, data: {module: modules/fibo.wat, function: fibo, args: "${ [.] }"}}
        """;
  }

  /**
   * @param flaky the address of a {@link FlakyService}
   */
  private static String join(String flaky) {
    return """
        id: join
        name: Join
        blocks:
          - {id: head, type: wasm, group: first, data: {module: modules/fibo.wat, function: fibo, args: "${ [.n] }"}}
          - id: flaky
            type: http
            group: second
            retry: {maxAttempts: 50, backoff: 300ms, multiplier: 1, maxBackoff: 300ms}
            data: {url: "%s", body: "${ {value: .} }"}
          - {id: pause, type: sleep, data: {duration: 1500ms}}
          - {id: both, type: wasm, group: third, data: {module: modules/fibo.wat, function: fibo, args: "${ [.flaky.value - .pause + $input.n] }"}}
        connections:
          - {source: head, target: flaky}
          - {source: head, target: pause}
          - {source: flaky, target: both}
          - {source: pause, target: both}
        """
        .formatted(flaky);
  }
}
