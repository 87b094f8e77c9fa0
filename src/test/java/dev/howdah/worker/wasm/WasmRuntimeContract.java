package dev.howdah.worker.wasm;

import static dev.howdah.worker.wasm.TestModules.module;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every runtime does; a test class per runtime extends this. */
@Timeout(120)
abstract class WasmRuntimeContract {
  static final Duration PLENTY = Duration.ofSeconds(60);
  static final long MEMORY = 8L << 20;

  /** The runtime under test, shared by the tests of the class. */
  abstract WasmRuntime runtime();

  @Test
  void computesFibonacciNumbers() throws Exception {
    assertEquals(Json.read("1"), call("fibo", "fibo", "[0]"));
    assertEquals(Json.read("1"), call("fibo", "fibo", "[1]"));
    assertEquals(Json.read("8"), call("fibo", "fibo", "[5]"));
    assertEquals(Json.read("34"), call("fibo", "fibo", "[8]"));
    assertEquals(Json.read("9227465"), call("fibo", "fibo", "[34]"));
    assertEquals(LongNode.valueOf(34), call("fibo64", "fibo", "[8]"));
  }

  @Test
  void tellsWhatAFunctionTakesAndGives() {
    assertEquals(
        new WasmSignature(
            "divmod", List.of(WasmType.I32, WasmType.I32), List.of(WasmType.I32, WasmType.I32)),
        runtime().signature(module("numbers"), "divmod"));
    assertEquals(List.of("spin", "ping"), runtime().functions(module("spin")));
  }

  @Test
  void namesTheExportedFunctionsWhenOneIsUnknown() {
    Fault fault = fault(() -> runtime().signature(module("spin"), "spon"));
    assertEquals("wasm.unknown-function", fault.code());
    assertEquals(Blame.DESIGN, fault.blame());
    assertEquals("the module exports no function spon; it exports spin, ping", fault.message());
    assertEquals("wasm.unknown-function", fault(() -> call("spin", "spon", "[]")).code());
    assertEquals("wasm.unknown-function", fault(() -> command("fibo", "1")).code());
  }

  @Test
  void givesNumbersOfEveryType() throws Exception {
    assertEquals(3.75, call("numbers", "add2", "[1.5, 2.25]").doubleValue());
    assertEquals(0.05f, call("numbers", "half", "[0.1]").floatValue());
    assertEquals(IntNode.valueOf(-2147483648), call("numbers", "same32", "[-2147483648]"));
    assertEquals(
        LongNode.valueOf(Long.MIN_VALUE), call("numbers", "same64", "[\"-9223372036854775808\"]"));
    assertEquals(Json.read("[-2,-1]"), call("numbers", "divmod", "[-7, 3]"));
    assertTrue(call("numbers", "nothing", "[]").isNull());
  }

  @Test
  void refusesWrongArgumentsBeforeItRunsAnything() {
    Fault few = fault(() -> call("numbers", "add2", "[1]"));
    assertEquals("wasm.arity", few.code());
    assertEquals("add2 wants 2 arguments, got 1", few.message());
    Fault text = fault(() -> call("fibo", "fibo", "[\"abc\"]"));
    assertEquals("wasm.type", text.code());
    assertEquals("param 0 of fibo wants i32, got \"abc\"", text.message());
    assertFalse(text.retryable());
  }

  @Test
  void refusesAResultThatJsonCannotExpress() {
    Fault fault = fault(() -> call("numbers", "nan", "[]"));
    assertEquals("wasm.type", fault.code());
    assertEquals("result 0 of nan is NaN, which JSON has no number for", fault.message());
    assertEquals("wasm.type", fault(() -> call("numbers", "reference", "[1]")).code());
  }

  @Test
  void saysWhyAModuleTrapped() throws Exception {
    assertTrap("unreachable", "unreachable", "[]");
    assertTrap("integer divide by zero", "divide", "[1, 0]");
    assertTrap("integer overflow", "divide", "[-2147483648, -1]");
    assertTrap("out of bounds memory access", "load", "[65533]");
    assertTrap("stack overflow", "recurse", "[0]");
    assertTrap("invalid conversion to integer", "truncate", "[\"1e300\"]", "integer overflow");
    assertEquals(Json.read("3"), call("traps", "divide", "[7, 2]"), "and goes on");
  }

  @Test
  void stopsASpinningModuleAtItsTimeout() throws Exception {
    long start = System.nanoTime();
    Fault fault =
        fault(
            () ->
                runtime()
                    .call(
                        module("spin"),
                        new WasmCall("spin", List.of(), null, Duration.ofMillis(300), MEMORY)));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertEquals("wasm.timeout", fault.code());
    assertTrue(fault.retryable());
    assertEquals("the module was stopped: it ran longer than 300 ms", fault.message());
    assertTrue(millis >= 299 && millis < 5_000, "took " + millis + " ms");
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(Json.read("1"), call("spin", "ping", "[]"), "and goes on");
  }

  @Test
  void stopsASleepingCommandAtItsTimeout() throws Exception {
    Fault fault =
        fault(
            () ->
                runtime()
                    .call(
                        module("command"),
                        new WasmCall(
                            null, List.of(), Json.read("4"), Duration.ofMillis(300), MEMORY)));
    assertEquals("wasm.timeout", fault.code());
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals("plain text", command("command", "1").textValue(), "and goes on");
  }

  @Test
  void stopsASpinningModuleWhenItsCallerIsInterrupted() throws Exception {
    call("spin", "ping", "[]");
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                outcome.set(call("spin", "spin", "[]"));
              } catch (Exception e) {
                outcome.set(e);
              }
            });
    caller.start();
    await().until(() -> caller.getState() != Thread.State.NEW && isRunning(caller));
    caller.interrupt();
    await().atMost(Duration.ofSeconds(2)).until(() -> !caller.isAlive());
    assertInstanceOf(InterruptedException.class, outcome.get());
    assertEquals(Json.read("1"), call("spin", "ping", "[]"), "and goes on");
  }

  @Test
  void doesNotStartForAnInterruptedCaller() {
    module("spin");
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> call("spin", "spin", "[]"));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void stopsAHoardingModuleAtItsMemoryLimit() throws Exception {
    Fault fault = fault(() -> call("hoard", "hoard", "[]"));
    assertEquals("wasm.memory", fault.code());
    assertEquals(
        "the module trapped (unreachable) with 8388608 bytes of memory in use, the limit is"
            + " 8388608 bytes; raise the memory limit of the block",
        fault.message());
    assertFalse(fault.retryable());
    assertEquals(Json.read("1"), call("hoard", "grow", "[127]"));
    assertEquals(Json.read("-1"), call("hoard", "grow", "[128]"));
  }

  @Test
  void refusesAModuleThatStartsOverItsMemoryLimit() {
    WasmModule big = wat("(module (memory 200) (func (export \"f\")))");
    Fault fault =
        fault(() -> runtime().call(big, new WasmCall("f", List.of(), null, PLENTY, MEMORY)));
    assertEquals("wasm.memory", fault.code());
    assertTrue(fault.message().contains("starts with 13107200 bytes"), fault.message());
  }

  @Test
  void givesEveryCallAFreshInstance() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(Json.read("11"), call("state", "count", "[]"));
      assertEquals(Json.read("1"), call("state", "growTable", "[5]"));
    }
  }

  @Test
  void boundsTheGrowthOfTables() throws Exception {
    assertEquals(Json.read("-1"), call("state", "growTable", "[10000000]"));
  }

  @Test
  void initializesALibraryFirst() throws Exception {
    assertEquals(Json.read("42"), call("reactor", "ready", "[]"));
  }

  @Test
  void passesJsonThroughACommand() throws Exception {
    String text = "{\"name\":\"Håkan 🐪\",\"list\":[1,2.50,null],\"deep\":{\"x\":true}}";
    assertEquals(Json.read(text), command("echo", text));
    assertEquals(Json.read("\"a string\""), command("echo", "\"a string\""));
    String large = "[" + "\"0123456789\",".repeat(20_000) + "0]";
    assertEquals(Json.read(large), command("echo", large));
  }

  @Test
  void givesNullForACommandThatSaysNothing() throws Exception {
    JsonNode nothing =
        runtime().call(module("echo"), new WasmCall(null, List.of(), null, PLENTY, MEMORY));
    assertTrue(nothing.isNull());
  }

  @Test
  void givesOutputThatIsNotJsonAsAString() throws Exception {
    assertEquals("plain text", command("command", "1").textValue());
    assertEquals("plain", command("command", "5").textValue(), "exit code 0 is success");
  }

  @Test
  void reportsTheExitCodeWithTheTailOfStderr() {
    Fault fault = fault(() -> command("command", "2"));
    assertEquals("wasm.exit", fault.code());
    assertEquals("the module exited with code 7: no such luck", fault.message());
    assertEquals(Blame.WORKER, fault.blame());
  }

  @Test
  void stopsACommandThatWritesWithoutEnd() {
    Fault fault = fault(() -> command("command", "3"));
    assertEquals("wasm.output-too-large", fault.code());
    assertEquals("the module wrote more than 1048576 bytes to its output", fault.message());
  }

  @Test
  void trapsACommandThatReadsIntoABufferItDoesNotHave() {
    Fault fault = fault(() -> command("command", "6"));
    assertEquals("wasm.trap", fault.code());
    assertEquals("the module trapped: out of bounds memory access", fault.message());
  }

  @Test
  void showsACommandOneArgumentAndNoEnvironment() throws Exception {
    assertEquals(Json.read("1"), command("command", "7"));
  }

  @Test
  void refusesArgumentsForACommand() {
    Fault fault =
        fault(
            () ->
                runtime()
                    .call(
                        module("echo"),
                        new WasmCall(null, List.of(IntNode.valueOf(1)), null, PLENTY, MEMORY)));
    assertEquals("wasm.arity", fault.code());
  }

  @Test
  void refusesForeignImportsByName() {
    Fault fault = fault(() -> call("foreign", "f", "[]"));
    assertEquals("wasm.invalid-module", fault.code());
    assertEquals(Blame.DESIGN, fault.blame());
    assertTrue(
        fault.message().contains("imports env.now, wasi_snapshot_preview1.fd_fly"),
        fault.message());
  }

  @Test
  void refusesABinaryThatDoesNotValidate() {
    byte[] binary = module("fibo").binary();
    binary[binary.length - 1] = 0x7f;
    WasmModule broken = WasmModule.of(binary);
    assertEquals("wasm.invalid-module", fault(() -> runtime().functions(broken)).code());
    assertEquals(
        "wasm.invalid-module",
        fault(
                () ->
                    runtime()
                        .call(
                            broken,
                            new WasmCall(
                                "fibo", List.of(IntNode.valueOf(1)), null, PLENTY, MEMORY)))
            .code());
  }

  @Test
  void keepsConcurrentCallsApart() throws Exception {
    int[] expected = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610};
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<Void>> running = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        int first = caller;
        running.add(
            callers.submit(
                (Callable<Void>)
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        int n = (first + i) % expected.length;
                        assertEquals(
                            IntNode.valueOf(expected[n]), call("fibo", "fibo", "[" + n + "]"));
                        assertEquals(IntNode.valueOf(11), call("state", "count", "[]"));
                        assertEquals(IntNode.valueOf(n), command("echo", "" + n));
                      }
                      return null;
                    }));
      }
      for (Future<Void> one : running) {
        assertNull(one.get());
      }
    } finally {
      callers.shutdownNow();
    }
  }

  final JsonNode call(String module, String function, String args) throws Exception {
    List<JsonNode> list = new ArrayList<>();
    Json.read(args).forEach(list::add);
    return runtime().call(module(module), new WasmCall(function, list, null, PLENTY, MEMORY));
  }

  final JsonNode command(String module, String stdin) throws Exception {
    return runtime()
        .call(module(module), new WasmCall(null, List.of(), Json.read(stdin), PLENTY, MEMORY));
  }

  static WasmModule wat(String text) {
    return WasmModule.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static Fault fault(Callable<?> call) {
    return assertThrows(FaultException.class, call::call).fault();
  }

  /** Whether a caller has got as far as the runtime, on its own stack or waiting for a worker. */
  static boolean isRunning(Thread caller) {
    for (StackTraceElement frame : caller.getStackTrace()) {
      if (frame.getMethodName().equals("until") || frame.getMethodName().equals("exchange")) {
        return true;
      }
    }
    return false;
  }

  private void assertTrap(String reason, String function, String args, String... orElse) {
    Fault fault = fault(() -> call("traps", function, args));
    assertEquals("wasm.trap", fault.code(), fault.message());
    assertEquals(Blame.WORKER, fault.blame());
    assertFalse(fault.retryable());
    String said = fault.message().replace("the module trapped: ", "");
    assertTrue(said.equals(reason) || List.of(orElse).contains(said), said);
  }
}
