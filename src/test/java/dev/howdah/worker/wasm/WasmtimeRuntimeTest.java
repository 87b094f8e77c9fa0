package dev.howdah.worker.wasm;

import static dev.howdah.worker.wasm.TestModules.module;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WasmtimeRuntimeTest extends WasmRuntimeContract {
  private static Path libraries;

  private static WasmtimeRuntime runtime;

  @BeforeAll
  static void start() throws IOException {
    Path temp = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
    libraries = Files.createTempDirectory(temp, "libraries");
    runtime = new WasmtimeRuntime(settings(2));
  }

  @AfterAll
  static void stop() throws IOException {
    List<ProcessHandle> workers = runtime.workers();
    runtime.close();
    await().until(() -> workers.stream().noneMatch(ProcessHandle::isAlive));
    try (Stream<Path> files = Files.walk(libraries).sorted(Comparator.reverseOrder())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  WasmRuntime runtime() {
    return runtime;
  }

  @Test
  void reportsAWorkerThatIsKilledDuringACallAndGoesOnWithAnother() throws Exception {
    try (WasmtimeRuntime one = new WasmtimeRuntime(settings(1))) {
      WasmCall spin = new WasmCall("spin", List.of(), null, PLENTY, MEMORY);
      WasmCall ping = new WasmCall("ping", List.of(), null, PLENTY, MEMORY);
      one.call(module("spin"), ping);
      ProcessHandle worker = one.workers().get(0);
      Optional<Duration> before = worker.info().totalCpuDuration();
      AtomicReference<Exception> outcome = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  one.call(module("spin"), spin);
                } catch (Exception e) {
                  outcome.set(e);
                }
              });
      caller.start();
      await()
          .until(
              () ->
                  worker
                          .info()
                          .totalCpuDuration()
                          .orElseThrow()
                          .minus(before.orElseThrow())
                          .toMillis()
                      > 200);
      worker.destroyForcibly();
      caller.join();
      FaultException crash = assertInstanceOf(FaultException.class, outcome.get());
      assertEquals("wasm.crashed", crash.fault().code());
      assertTrue(crash.fault().retryable());
      assertEquals(Json.read("1"), one.call(module("spin"), ping));
    }
  }

  @Test
  void replacesAWorkerThatDiedWhileItWasIdle() throws Exception {
    try (WasmtimeRuntime one = new WasmtimeRuntime(settings(1))) {
      WasmCall ping = new WasmCall("ping", List.of(), null, PLENTY, MEMORY);
      one.call(module("spin"), ping);
      ProcessHandle worker = one.workers().get(0);
      worker.destroyForcibly();
      worker.onExit().get();
      assertEquals(Json.read("1"), one.call(module("spin"), ping));
    }
  }

  @Test
  void reusesAWorkerAndReapsItOnceIdleForTooLong() throws Exception {
    try (WasmtimeRuntime one = new WasmtimeRuntime(settings(1))) {
      WasmCall ping = new WasmCall("ping", List.of(), null, PLENTY, MEMORY);
      one.call(module("spin"), ping);
      ProcessHandle worker = one.workers().get(0);
      one.call(module("spin"), ping);
      assertEquals(List.of(worker), one.workers());
      one.reapIdle(System.nanoTime());
      assertEquals(List.of(worker), one.workers());
      one.reapIdle(System.nanoTime() + Duration.ofMinutes(11).toNanos());
      assertEquals(List.of(), one.workers());
      await().until(() -> !worker.isAlive());
    }
  }

  @Test
  void endsItsWorkersEvenWhileTheySpinWhenTheParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                SpinningParent.class.getName(),
                libraries.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = parent.inputReader()) {
      ProcessHandle worker = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
      assertTrue(worker.isAlive());
      parent.destroyForcibly();
      await().atMost(Duration.ofSeconds(10)).until(() -> !worker.isAlive());
    } finally {
      parent.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void extractsTheLibraryOnceAndNothingElse() throws Exception {
    call("spin", "ping", "[]");
    try (Stream<Path> files = Files.walk(libraries).filter(Files::isRegularFile)) {
      assertEquals(
          List.of(System.mapLibraryName("wasmtime_jni")),
          files.map(f -> f.getFileName().toString()).toList());
    }
    try (Stream<Path> litter = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertEquals(List.of(), litter.filter(f -> f.toString().contains("wasmtime_jni")).toList());
    }
  }

  private static WasmtimeSettings settings(int workers) {
    return new WasmtimeSettings(libraries, workers, Duration.ofMinutes(10), 64, 1 << 20);
  }
}
