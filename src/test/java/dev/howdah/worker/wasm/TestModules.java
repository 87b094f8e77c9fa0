package dev.howdah.worker.wasm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The modules under {@code src/test/resources/wasm}, assembled once per test run. */
final class TestModules {
  private static final Map<String, WasmModule> ASSEMBLED = new ConcurrentHashMap<>();

  private TestModules() {}

  static WasmModule module(String name) {
    return ASSEMBLED.computeIfAbsent(name, n -> WasmModule.of(text(n)));
  }

  static byte[] text(String name) {
    try (InputStream text = TestModules.class.getResourceAsStream("/wasm/" + name + ".wat")) {
      return text.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
