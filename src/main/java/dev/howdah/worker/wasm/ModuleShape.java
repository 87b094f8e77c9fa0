package dev.howdah.worker.wasm;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.wasi.WasiPreview1;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A parsed module that is proven to be one the runtimes can bound: WASI preview 1 is its only
 * import, it has at most one memory, and its tables and types cannot grow past what is accounted
 * for. Immutable.
 */
final class ModuleShape {
  /** The function that makes a module a command. */
  static final String START = "_start";

  /** The function that a library module wants to be called before any other. */
  static final String INITIALIZE = "_initialize";

  static final String WASI = "wasi_snapshot_preview1";

  /** Table entries live outside the memory that is limited, so they have a limit of their own. */
  static final int MAX_TABLE_ENTRIES = 100_000;

  private static final Map<String, FunctionType> WASI_FUNCTIONS = wasiFunctions();

  private final com.dylibso.chicory.wasm.WasmModule parsed;
  private final Map<String, Integer> indexes;
  private final Map<String, WasmSignature> signatures;
  private final Map<String, String> unusable;
  private final MemoryLimits memory;
  private final boolean growsMemory;
  private final boolean usesWasi;

  private ModuleShape(com.dylibso.chicory.wasm.WasmModule parsed) {
    this.parsed = parsed;
    this.usesWasi = checkImports(parsed);
    checkTypes(parsed);
    checkTables(parsed);
    this.memory = memoryOf(parsed);
    this.growsMemory = memory != null && growsMemory(parsed);
    this.indexes = new LinkedHashMap<>();
    this.signatures = new HashMap<>();
    this.unusable = new HashMap<>();
    readExports();
  }

  /**
   * Parses and validates a binary.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.invalid-module}
   */
  static ModuleShape of(WasmModule module) {
    com.dylibso.chicory.wasm.WasmModule parsed;
    try {
      parsed = Parser.parse(module.binary());
    } catch (ChicoryException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw WasmFaults.invalidModule(String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw WasmFaults.invalidModule("it is nested too deeply");
    }
    return new ModuleShape(parsed);
  }

  com.dylibso.chicory.wasm.WasmModule parsed() {
    return parsed;
  }

  List<String> functions() {
    return List.copyOf(indexes.keySet());
  }

  boolean exports(String function) {
    return indexes.containsKey(function);
  }

  /** The signature of an exported function; never null. */
  WasmSignature signature(String function) {
    WasmSignature signature = signatures.get(function);
    if (signature == null) {
      String problem = unusable.get(function);
      throw problem == null
          ? WasmFaults.unknownFunction(function, indexes.keySet())
          : WasmFaults.type(problem);
    }
    return signature;
  }

  /** The index of an exported function, which must exist. */
  int index(String function) {
    return indexes.get(function);
  }

  boolean usesWasi() {
    return usesWasi;
  }

  boolean hasMemory() {
    return memory != null;
  }

  /** Pages that a fresh instance has at once. */
  int initialPages() {
    return memory == null ? 0 : memory.initialPages();
  }

  /** The most pages a call can come to have under a limit: what it declares, if it grows at all. */
  int reachablePages(int limitPages) {
    if (!growsMemory) {
      return initialPages();
    }
    return Math.max(initialPages(), Math.min(memory.maximumPages(), limitPages));
  }

  /** The memory type of an instance under a limit; only for modules with a memory. */
  MemoryLimits memoryLimits(int limitPages) {
    return new MemoryLimits(memory.initialPages(), reachablePages(limitPages), memory.shared());
  }

  /**
   * Whether a trap at this memory size was most likely caused by the limit: the memory stands at
   * the limit, or has grown so far that doubling it was refused.
   */
  boolean exhausted(int pages, int limitPages) {
    return growsMemory
        && limitPages < memory.maximumPages()
        && (pages >= limitPages || (pages > initialPages() && 2L * pages > limitPages));
  }

  private void readExports() {
    for (int i = 0; i < parsed.exportSection().exportCount(); i++) {
      Export export = parsed.exportSection().getExport(i);
      if (export.exportType() != ExternalType.FUNCTION) {
        continue;
      }
      FunctionType type = typeOf(export.index());
      indexes.put(export.name(), export.index());
      List<WasmType> params = scalars(type.params());
      List<WasmType> results = scalars(type.returns());
      if (params == null || results == null) {
        unusable.put(
            export.name(),
            export.name()
                + " has the type "
                + type
                + ", but only i32, i64, f32 and f64 can be JSON numbers");
      } else {
        signatures.put(export.name(), new WasmSignature(export.name(), params, results));
      }
    }
  }

  private FunctionType typeOf(int function) {
    List<Integer> imported = imports(parsed).map(i -> ((FunctionImport) i).typeIndex()).toList();
    int type =
        function < imported.size()
            ? imported.get(function)
            : parsed.functionSection().getFunctionType(function - imported.size());
    return parsed.typeSection().getType(type);
  }

  private static List<WasmType> scalars(List<ValType> types) {
    List<WasmType> scalars = new ArrayList<>();
    for (ValType type : types) {
      if (type.equals(ValType.I32)) {
        scalars.add(WasmType.I32);
      } else if (type.equals(ValType.I64)) {
        scalars.add(WasmType.I64);
      } else if (type.equals(ValType.F32)) {
        scalars.add(WasmType.F32);
      } else if (type.equals(ValType.F64)) {
        scalars.add(WasmType.F64);
      } else {
        return null;
      }
    }
    return scalars;
  }

  private static boolean checkImports(com.dylibso.chicory.wasm.WasmModule parsed) {
    String foreign =
        imports(parsed)
            .filter(i -> !isWasi(i, parsed))
            .map(i -> i.module() + "." + i.name())
            .collect(Collectors.joining(", "));
    if (!foreign.isEmpty()) {
      throw WasmFaults.invalidModule(
          "it imports " + foreign + ", but only functions of " + WASI + " are provided");
    }
    return parsed.importSection().importCount() > 0;
  }

  private static boolean isWasi(Import wanted, com.dylibso.chicory.wasm.WasmModule parsed) {
    return wanted instanceof FunctionImport function
        && function.module().equals(WASI)
        && WASI_FUNCTIONS.containsKey(function.name())
        && parsed
            .typeSection()
            .getType(function.typeIndex())
            .equals(WASI_FUNCTIONS.get(function.name()));
  }

  /** Objects of the garbage collection proposal live outside the memory that is limited. */
  private static void checkTypes(com.dylibso.chicory.wasm.WasmModule parsed) {
    for (int i = 0; i < parsed.typeSection().subTypeCount(); i++) {
      if (parsed.typeSection().getSubType(i).compType().funcType() == null) {
        throw WasmFaults.invalidModule(
            "it uses struct or array types, whose memory cannot be limited");
      }
    }
  }

  private static void checkTables(com.dylibso.chicory.wasm.WasmModule parsed) {
    long entries = 0;
    for (int i = 0; i < parsed.tableSection().tableCount(); i++) {
      entries += 1 + parsed.tableSection().getTable(i).limits().min();
    }
    if (entries > MAX_TABLE_ENTRIES) {
      throw WasmFaults.invalidModule(
          "its tables have " + entries + " entries, the limit is " + MAX_TABLE_ENTRIES);
    }
  }

  private static MemoryLimits memoryOf(com.dylibso.chicory.wasm.WasmModule parsed) {
    int count = parsed.memorySection().map(s -> s.memoryCount()).orElse(0);
    if (count > 1) {
      throw WasmFaults.invalidModule("it has " + count + " memories, at most one is supported");
    }
    return count == 0 ? null : parsed.memorySection().get().getMemory(0).limits();
  }

  private static boolean growsMemory(com.dylibso.chicory.wasm.WasmModule parsed) {
    return Stream.of(parsed.codeSection().functionBodies())
        .flatMap(body -> body.instructions().stream())
        .anyMatch(instruction -> instruction.opcode() == OpCode.MEMORY_GROW);
  }

  private static Stream<Import> imports(com.dylibso.chicory.wasm.WasmModule parsed) {
    return parsed.importSection().stream();
  }

  private static Map<String, FunctionType> wasiFunctions() {
    try (WasiPreview1 wasi = WasiPreview1.builder().build()) {
      return Stream.of(wasi.toHostFunctions())
          .collect(Collectors.toUnmodifiableMap(f -> f.name(), ImportFunction::functionType));
    }
  }
}
