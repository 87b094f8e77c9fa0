package dev.howdah.block.contract;

import dev.howdah.worker.wasm.ChicoryRuntime;
import java.util.Arrays;

/** Looks at the threads of this process for WebAssembly modules. */
final class Modules {
  private Modules() {}

  /** Whether one computes. */
  static boolean compute() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .anyMatch(frame -> frame.getClassName().equals(ChicoryRuntime.class.getName()));
  }
}
