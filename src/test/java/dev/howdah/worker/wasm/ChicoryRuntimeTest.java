package dev.howdah.worker.wasm;

import static dev.howdah.worker.wasm.TestModules.module;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChicoryRuntimeTest extends WasmRuntimeContract {
  private static ChicoryRuntime runtime;

  @BeforeAll
  static void start() {
    runtime = new ChicoryRuntime(new ChicorySettings(64, 64L << 20, 1 << 20));
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  @Override
  WasmRuntime runtime() {
    return runtime;
  }

  @Test
  void keepsOnlyTheModulesUsedLast() throws Exception {
    try (ChicoryRuntime small = new ChicoryRuntime(new ChicorySettings(2, 1 << 20, 1 << 20))) {
      for (String name : List.of("fibo", "fibo64", "spin", "fibo")) {
        small.functions(module(name));
      }
      assertEquals(2, small.cachedModules());
    }
  }

  @Test
  void makesACallWaitWhenTheMemoryOfAllIsSpent() throws Exception {
    WasmModule holder =
        wat(
            "(module (memory 10) (func (export \"hold\") (loop $l (br $l)))"
                + " (func (export \"touch\")))");
    try (ChicoryRuntime small = new ChicoryRuntime(new ChicorySettings(2, 1 << 20, 1 << 20))) {
      Thread first =
          new Thread(
              () -> {
                try {
                  small.call(holder, new WasmCall("hold", List.of(), null, PLENTY, MEMORY));
                } catch (InterruptedException e) {
                  // the end of the test
                }
              });
      first.start();
      WasmCall touch = new WasmCall("touch", List.of(), null, Duration.ofMillis(100), MEMORY);
      await().until(() -> isRefused(small, holder, touch));
      first.interrupt();
      first.join();
      assertTrue(
          small.call(holder, new WasmCall("touch", List.of(), null, PLENTY, MEMORY)).isNull());
    }
  }

  @Test
  void refusesAModuleWhoseObjectsEscapeTheMemoryLimit() {
    byte[] gc = {
      0, 'a', 's', 'm', 1, 0, 0, 0, // a module with one type: a struct of one i32
      1, 5, 1, 0x5f, 1, 0x7f, 0
    };
    Fault fault = fault(() -> runtime.functions(WasmModule.of(gc)));
    assertEquals("wasm.invalid-module", fault.code());
    assertTrue(fault.message().contains("struct or array types"), fault.message());
  }

  @Test
  void refusesCallsOnceItIsClosed() {
    ChicoryRuntime closed = new ChicoryRuntime(ChicorySettings.defaults());
    closed.close();
    WasmCall ping = new WasmCall("ping", List.of(), null, PLENTY, MEMORY);
    assertEquals("wasm.unavailable", fault(() -> closed.call(module("spin"), ping)).code());
  }

  @Test
  void stopsWhatRunsWhenItIsClosed() throws Exception {
    ChicoryRuntime closing = new ChicoryRuntime(ChicorySettings.defaults());
    WasmCall spin = new WasmCall("spin", List.of(), null, PLENTY, MEMORY);
    AtomicReference<Fault> outcome = new AtomicReference<>();
    module("spin");
    Thread caller = new Thread(() -> outcome.set(fault(() -> closing.call(module("spin"), spin))));
    caller.start();
    await().until(() -> isRunning(caller));
    closing.close();
    await().atMost(Duration.ofSeconds(2)).until(() -> !caller.isAlive());
    assertEquals("wasm.unavailable", outcome.get().code());
  }

  private static boolean isRefused(WasmRuntime runtime, WasmModule module, WasmCall call)
      throws InterruptedException {
    try {
      runtime.call(module, call);
      return false;
    } catch (dev.howdah.fault.FaultException e) {
      return e.fault().code().equals("wasm.timeout")
          && e.fault().message().contains("655360 bytes");
    }
  }
}
