package dev.howdah.block.spi;

import dev.howdah.worker.wasm.WasmModule;
import java.util.Optional;

/** Where blocks find WebAssembly modules by the names that designs use. Thread-safe. */
@FunctionalInterface
public interface Modules {

  /** The module of that name for the design in question; empty when there is none. */
  Optional<WasmModule> find(String name);
}
