package dev.howdah.node;

import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.wasm.ChicoryRuntime;
import dev.howdah.worker.wasm.ChicorySettings;
import dev.howdah.worker.wasm.WasmRuntimes;
import dev.howdah.worker.wasm.WasmtimeRuntime;
import dev.howdah.worker.wasm.WasmtimeSettings;
import java.nio.file.Path;
import java.util.Map;

/** What the blocks of a process work with, opened once and closed with it. */
record BlockServices(WasmRuntimes wasm, HttpCaller http) implements AutoCloseable {

  static BlockServices open(Settings settings, Path data) {
    WasmRuntimes wasm =
        new WasmRuntimes(
            Map.of(
                "chicory", new ChicoryRuntime(ChicorySettings.defaults()),
                "wasmtime", new WasmtimeRuntime(wasmtime(settings, data))));
    return new BlockServices(wasm, new HttpCaller());
  }

  private static WasmtimeSettings wasmtime(Settings settings, Path data) {
    WasmtimeSettings usual = WasmtimeSettings.defaults(data.resolve("wasmtime"));
    return new WasmtimeSettings(
        usual.libraryDirectory(),
        settings.number(Setting.WASMTIME_WORKERS, 1, 64),
        usual.idleTimeout(),
        usual.workerHeapMiB(),
        usual.maxOutputBytes());
  }

  @Override
  public void close() {
    wasm.close();
  }
}
