package dev.howdah.worker.wasm;

import java.util.Locale;

/** A WebAssembly type that a JSON number can stand for. */
public enum WasmType {
  /** A 32-bit integer, passed as signed. */
  I32,
  /** A 64-bit integer, passed as signed. */
  I64,
  /** An IEEE 754 single. */
  F32,
  /** An IEEE 754 double. */
  F64;

  /** The type as WebAssembly text writes it, such as {@code i32}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
