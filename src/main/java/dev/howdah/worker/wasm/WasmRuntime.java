package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Runs WebAssembly modules, each call in a fresh instance.
 *
 * <p>All methods may be called from any thread, many at once. Faults are {@link
 * dev.howdah.fault.FaultException}s whose codes start with {@code wasm.}.
 */
public interface WasmRuntime extends AutoCloseable {
  /**
   * Runs one call and waits for its result.
   *
   * <p>A function gives a JSON number for one result, null for none, an array for several. A
   * command gives what it wrote to stdout: parsed when that is JSON, null when it is empty, else as
   * a string without the last line break. Interrupting the calling thread stops the module.
   *
   * @throws InterruptedException when the calling thread was interrupted; the module is stopped
   */
  JsonNode call(WasmModule module, WasmCall call) throws InterruptedException;

  /**
   * What an exported function takes and gives; parses the module at most once.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unknown-function} naming the exported ones;
   *     {@code wasm.invalid-module}; {@code wasm.type} when a parameter is not a number
   */
  WasmSignature signature(WasmModule module, String function);

  /** The names of the functions that the module exports, in the module's order. */
  List<String> functions(WasmModule module);

  /** Stops what still runs and frees everything; later calls fail. */
  @Override
  void close();
}
