package dev.howdah.worker.wasm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of the runtime that runs modules in worker processes.
 *
 * @param libraryDirectory where Wasmtime's native library is kept between starts; 18 MB, made when
 *     missing
 * @param maxWorkers how many worker processes may exist, which is how many calls run at once
 * @param idleTimeout how long a worker without work is kept
 * @param workerHeapMiB heap of a worker's JVM; guest memory is outside it
 * @param maxOutputBytes most bytes a command may write to stdout
 */
public record WasmtimeSettings(
    Path libraryDirectory,
    int maxWorkers,
    Duration idleTimeout,
    int workerHeapMiB,
    int maxOutputBytes) {
  public WasmtimeSettings {
    Objects.requireNonNull(libraryDirectory, "libraryDirectory");
    if (maxWorkers < 1) {
      throw new IllegalArgumentException("maxWorkers must be at least 1, not " + maxWorkers);
    }
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException("idleTimeout must be positive, not " + idleTimeout);
    }
    if (workerHeapMiB < 16) {
      throw new IllegalArgumentException("workerHeapMiB must be at least 16, not " + workerHeapMiB);
    }
    if (maxOutputBytes < 1) {
      throw new IllegalArgumentException("maxOutputBytes must be positive, not " + maxOutputBytes);
    }
  }

  /** A worker per processor, kept for a minute, with 128 MiB of heap and 1 MiB of output. */
  public static WasmtimeSettings defaults(Path libraryDirectory) {
    return new WasmtimeSettings(
        libraryDirectory,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofMinutes(1),
        128,
        1 << 20);
  }
}
