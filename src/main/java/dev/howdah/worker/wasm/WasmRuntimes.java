package dev.howdah.worker.wasm;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.util.Map;

/** The WebAssembly runtimes of this process by name. Thread-safe. */
public record WasmRuntimes(Map<String, WasmRuntime> byName) implements AutoCloseable {
  /** Runs inside this process; the one to use unless a module needs another. */
  public static final String DEFAULT = "chicory";

  public WasmRuntimes {
    byName = Map.copyOf(byName);
  }

  /**
   * The runtime of that name.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unknown-runtime}
   */
  public WasmRuntime named(String name) {
    WasmRuntime runtime = byName.get(name);
    if (runtime == null) {
      throw Fault.rejected(
              "wasm.unknown-runtime",
              Blame.DESIGN,
              "there is no WebAssembly runtime \"%s\"; use one of %s"
                  .formatted(name, String.join(", ", byName.keySet().stream().sorted().toList())))
          .toException();
    }
    return runtime;
  }

  @Override
  public void close() {
    byName.values().forEach(WasmRuntime::close);
  }
}
