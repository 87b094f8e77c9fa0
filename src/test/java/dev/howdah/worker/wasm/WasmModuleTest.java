package dev.howdah.worker.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WasmModuleTest {
  @Test
  void takesABinaryAsItIsAndNamesItByItsHash() {
    byte[] binary = {0, 'a', 's', 'm', 1, 0, 0, 0};
    WasmModule module = WasmModule.of(binary);
    assertEquals(
        "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476", module.sha256());
    assertArrayEquals(binary, module.binary());
  }

  @Test
  void assemblesTextToTheSameModuleHoweverItIsWritten() {
    WasmModule plain = WasmModule.of("(module (func (export \"f\")))".getBytes(UTF_8));
    WasmModule commented =
        WasmModule.of(";; a comment\n(module\n  (func (export \"f\")))\n".getBytes(UTF_8));
    assertEquals(plain, commented);
    assertEquals(plain.sha256(), commented.sha256());
  }

  @Test
  void assemblesLongText() {
    String functions = "(func (result i32) (i32.add (i32.const 1) (i32.const 2)))\n".repeat(1000);
    WasmModule module =
        WasmModule.of(("(module (func (export \"f\"))\n" + functions + ")").getBytes(UTF_8));
    assertTrue(module.binary().length > 1000 * 8);
  }

  @Test
  void saysWhereTextDoesNotAssemble() {
    Fault fault = fault("(module\n  (func (param i33)))");
    assertEquals("wasm.invalid-text", fault.code());
    assertEquals(Blame.DESIGN, fault.blame());
    assertEquals(
        "the WebAssembly text does not assemble: line 2, column 16: unexpected token i33,"
            + " expected ).",
        fault.message());
  }

  @Test
  void treatsAnythingElseAsBadText() {
    assertEquals("wasm.invalid-text", fault("#!/bin/sh").code());
    assertEquals("wasm.invalid-text", fault("\0as").code());
  }

  @Test
  void refusesWhatIsTooLarge() {
    FaultException thrown =
        assertThrows(FaultException.class, () -> WasmModule.of(new byte[WasmModule.MAX_BYTES + 1]));
    assertEquals("wasm.module-too-large", thrown.fault().code());
    assertEquals(
        "the module has 16777217 bytes, the limit is 16777216 bytes", thrown.fault().message());
  }

  @Test
  void refusesAHashThatIsNotOfTheBinary() {
    assertThrows(
        IllegalArgumentException.class, () -> new WasmModule("00", new byte[] {0, 'a', 's', 'm'}));
  }

  @Test
  void cannotBeChangedThroughItsArrays() {
    byte[] binary = {0, 'a', 's', 'm', 1, 0, 0, 0};
    WasmModule module = WasmModule.of(binary);
    binary[4] = 9;
    module.binary()[4] = 9;
    assertEquals(1, module.binary()[4]);
    assertFalse(module.toString().contains("[" + "B@"));
  }

  @Test
  void leavesTheInterruptOfACancelledAssemblySet() {
    Thread.currentThread().interrupt();
    Fault fault = fault("(module (func (export \"f\")))");
    assertTrue(Thread.interrupted());
    assertEquals("wasm.timeout", fault.code());
  }

  @Test
  void runsTheModuleOfTheExampleDesign() throws Exception {
    WasmModule fibo = WasmModule.of(Files.readAllBytes(Path.of("designs/modules/fibo.wat")));
    try (WasmRuntime runtime = new ChicoryRuntime(ChicorySettings.defaults())) {
      WasmCall call =
          new WasmCall("fibo", List.of(IntNode.valueOf(8)), null, Duration.ofSeconds(10), 1 << 20);
      assertEquals(IntNode.valueOf(34), runtime.call(fibo, call));
    }
  }

  private static Fault fault(String text) {
    return assertThrows(FaultException.class, () -> WasmModule.of(text.getBytes(UTF_8))).fault();
  }
}
