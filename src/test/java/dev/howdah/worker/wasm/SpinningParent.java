package dev.howdah.worker.wasm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that has a worker spin for it, prints the worker's process id and waits. */
final class SpinningParent {
  private SpinningParent() {}

  public static void main(String[] args) throws Exception {
    Duration hour = Duration.ofHours(1);
    WasmtimeRuntime runtime =
        new WasmtimeRuntime(new WasmtimeSettings(Path.of(args[0]), 1, hour, 64, 1024));
    WasmModule spin = TestModules.module("spin");
    runtime.call(spin, new WasmCall("ping", List.of(), null, hour, 1 << 20));
    System.out.println(runtime.workers().get(0).pid());
    runtime.call(spin, new WasmCall("spin", List.of(), null, hour, 1 << 20));
  }
}
