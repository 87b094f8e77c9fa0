package dev.howdah.node;

import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.worker.http.AddressPolicy;
import dev.howdah.worker.http.HostResolver;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.wasm.ChicoryRuntime;
import dev.howdah.worker.wasm.ChicorySettings;
import dev.howdah.worker.wasm.WasmRuntimes;
import dev.howdah.worker.wasm.WasmtimeRuntime;
import dev.howdah.worker.wasm.WasmtimeSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** What the blocks of a process work with, opened once and closed with it. */
record BlockServices(WasmRuntimes wasm, HttpCaller http) implements AutoCloseable {

  static BlockServices open(Settings settings, Path data, InstantSource clock) {
    WasmRuntimes wasm =
        new WasmRuntimes(
            Map.of(
                "chicory", new ChicoryRuntime(ChicorySettings.defaults()),
                "wasmtime", new WasmtimeRuntime(wasmtime(settings, data))));
    return new BlockServices(
        wasm, new HttpCaller(addresses(settings), HostResolver.system(), clock));
  }

  private static AddressPolicy addresses(Settings settings) {
    boolean linkLocal = settings.parsed(Setting.HTTP_LINK_LOCAL, BlockServices::yesOrNo);
    return linkLocal ? AddressPolicy.any() : AddressPolicy.services();
  }

  private static boolean yesOrNo(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is true or false");
    };
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
    http.close();
    wasm.close();
  }
}
