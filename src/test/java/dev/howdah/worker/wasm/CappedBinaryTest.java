package dev.howdah.worker.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import org.junit.jupiter.api.Test;

class CappedBinaryTest {
  @Test
  void givesAnUnboundedMemoryAndTableAMaximum() {
    var capped = capped("(module (memory 1) (table 3 funcref) (func (export \"f\")))", 200, 10);
    assertEquals(200, memory(capped).maximumPages());
    assertEquals(1, memory(capped).initialPages());
    assertEquals(10, capped.tableSection().getTable(0).limits().max());
    assertEquals(3, capped.tableSection().getTable(0).limits().min());
  }

  @Test
  void lowersAMaximumButNeverRaisesIt() {
    assertEquals(
        4, memory(capped("(module (memory 1 4) (func (export \"f\")))", 200, 1)).maximumPages());
    assertEquals(
        200,
        memory(capped("(module (memory 1 300) (func (export \"f\")))", 200, 1)).maximumPages());
  }

  @Test
  void exportsTheMemoryBesidesWhatIsExported() {
    var exports =
        capped("(module (memory (export \"memory\") 1) (func (export \"f\")))", 2, 1)
            .exportSection();
    assertEquals(3, exports.exportCount());
    assertEquals("memory", exports.getExport(0).name());
    assertEquals("f", exports.getExport(1).name());
    assertEquals(CappedBinary.MEMORY_EXPORT, exports.getExport(2).name());
  }

  @Test
  void leavesAModuleWithoutMemoryAsItIs() {
    byte[] fibo = TestModules.module("fibo").binary();
    assertArrayEquals(fibo, CappedBinary.of(fibo, 1, 1));
  }

  private static com.dylibso.chicory.wasm.WasmModule capped(String text, int pages, int entries) {
    return Parser.parse(CappedBinary.of(WasmRuntimeContract.wat(text).binary(), pages, entries));
  }

  private static MemoryLimits memory(com.dylibso.chicory.wasm.WasmModule module) {
    return module.memorySection().orElseThrow().getMemory(0).limits();
  }
}
