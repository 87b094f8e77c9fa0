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
}
