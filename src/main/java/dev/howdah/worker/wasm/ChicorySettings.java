package dev.howdah.worker.wasm;

/**
 * The bounds of the runtime that runs modules in this process.
 *
 * @param cachedModules how many compiled modules are kept; at least 1
 * @param memoryBudgetBytes linear memory that all running modules together may have, which is heap
 *     of this process; at least one page of 64 KiB
 * @param maxOutputBytes most bytes a command may write to stdout
 */
public record ChicorySettings(int cachedModules, long memoryBudgetBytes, int maxOutputBytes) {
  public ChicorySettings {
    if (cachedModules < 1) {
      throw new IllegalArgumentException("cachedModules must be at least 1, not " + cachedModules);
    }
    if (memoryBudgetBytes < WasmCall.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "memoryBudgetBytes must be at least 65536, not " + memoryBudgetBytes);
    }
    if (maxOutputBytes < 1) {
      throw new IllegalArgumentException("maxOutputBytes must be positive, not " + maxOutputBytes);
    }
  }

  /** 256 modules, a third of the heap, 1 MiB of output. */
  public static ChicorySettings defaults() {
    return new ChicorySettings(256, Runtime.getRuntime().maxMemory() / 3, 1 << 20);
  }
}
