package dev.howdah.drill;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The designs of the drill and what they must come to. */
final class DrillDesigns {
  static final List<String> GROUPS = List.of("first", "second", "third");

  private static final int[] FIBO = IntStream.rangeClosed(0, 34).map(DrillDesigns::fibo).toArray();

  /** Every block of each design, all of which complete exactly once. */
  static final Map<String, List<String>> BLOCKS =
      Map.of(
          "chain", List.of("first", "second", "third"),
          "join", List.of("head", "flaky", "pause", "both"));

  private DrillDesigns() {}

  private static int fibo(int n) {
    return n < 2 ? 1 : fibo(n - 1) + fibo(n - 2);
  }

  /** A third of all executions go through the join. */
  static String designOf(int i) {
    return i % 3 == 0 ? "join" : "chain";
  }

  static int input(int i) {
    return i % 6;
  }

  static long result(int i) {
    int once = FIBO[input(i)];
    return designOf(i).equals("join") ? once : FIBO[FIBO[once]];
  }

  static String chain() {
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
  static String join(String flaky) {
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
