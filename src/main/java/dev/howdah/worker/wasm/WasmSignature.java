package dev.howdah.worker.wasm;

import java.util.List;

/**
 * What an exported function takes and gives.
 *
 * @param function the exported name
 * @param params types of the parameters, by position
 * @param results types of the results, by position; several make a JSON array
 */
public record WasmSignature(String function, List<WasmType> params, List<WasmType> results) {
  public WasmSignature {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  /**
   * What an exported function of a module takes and gives.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unknown-function} naming the exported ones;
   *     {@code wasm.invalid-module}; {@code wasm.type} when a parameter is not a number
   */
  public static WasmSignature of(WasmModule module, String function) {
    return ModuleShape.of(module).signature(function);
  }

  /**
   * The names of the functions that a module exports, in the module's order. Parses the module.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.invalid-module}
   */
  public static List<String> functions(WasmModule module) {
    return ModuleShape.of(module).functions();
  }
}
