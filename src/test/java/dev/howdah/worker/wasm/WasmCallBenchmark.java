package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Prints what one call costs, warmed up. Arguments: {@code chicory} or {@code wasmtime}, then the
 * number of calls per round.
 */
final class WasmCallBenchmark {
  private static final int ROUNDS = 8;

  private WasmCallBenchmark() {}

  public static void main(String[] args) throws Exception {
    int calls = Integer.parseInt(args[1]);
    try (WasmRuntime runtime = runtime(args[0])) {
      WasmModule fibo = TestModules.module("fibo");
      List<JsonNode> one = List.of(IntNode.valueOf(1));
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        long sum = 0;
        for (int i = 0; i < calls; i++) {
          WasmCall call = new WasmCall("fibo", one, null, Duration.ofSeconds(10), 1 << 20);
          sum += runtime.call(fibo, call).intValue();
        }
        double micros = (System.nanoTime() - start) / 1e3 / calls;
        System.out.printf(
            Locale.ROOT, "%s fibo(1): %.2f us per call, sum %d%n", args[0], micros, sum);
      }
    }
  }

  private static WasmRuntime runtime(String name) {
    if (name.equals("wasmtime")) {
      return new WasmtimeRuntime(WasmtimeSettings.defaults(Path.of("target", "wasmtime")));
    }
    return new ChicoryRuntime(ChicorySettings.defaults());
  }
}
