package dev.howdah.worker.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import dev.howdah.fault.FaultException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** A module on its way to fresh instances: parsed once, then compiled once, both on first use. */
final class ChicoryModule {
  private final WasmModule module;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile ModuleShape shape;
  private volatile Function<Instance, Machine> machines;
  private volatile FaultException refusal;

  ChicoryModule(WasmModule module) {
    this.module = module;
  }

  /** The parsed module; the first caller parses, the others wait for it. */
  ModuleShape shape() {
    ModuleShape known = shape;
    if (known != null) {
      return known;
    }
    lock.lock();
    try {
      return parse();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Compiles the module unless that is done; waiting for another's compilation can be cancelled.
   */
  void compile() throws InterruptedException {
    if (machines != null) {
      return;
    }
    lock.lockInterruptibly();
    try {
      ModuleShape parsed = parse();
      if (machines == null) {
        machines = compile(parsed);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A fresh instance of the compiled module, its start section run by the calling thread.
   *
   * @param imports what a module that imports WASI gets
   * @param limitPages the most memory it may have
   */
  Instance instantiate(ImportValues imports, int limitPages) {
    Instance.Builder builder =
        Instance.builder(shape.parsed())
            .withStart(false)
            .withImportValues(imports)
            .withMachineFactory(machines)
            .withTableFactory(ChicoryModule::freshTable);
    if (shape.hasMemory()) {
      MemoryLimits limits = shape.memoryLimits(limitPages);
      builder.withMemoryFactory(declared -> new ByteArrayMemory(limits));
    }
    return builder.build();
  }

  private ModuleShape parse() {
    if (refusal != null) {
      throw refusal;
    }
    if (shape == null) {
      try {
        shape = ModuleShape.of(module);
      } catch (FaultException e) {
        refusal = e;
        throw e;
      }
    }
    return shape;
  }

  private Function<Instance, Machine> compile(ModuleShape parsed) {
    try {
      return MachineFactoryCompiler.builder(parsed.parsed())
          .withInterpreterFallback(InterpreterFallback.SILENT)
          .compile();
    } catch (ChicoryException | IllegalArgumentException | LinkageError | StackOverflowError e) {
      refusal = WasmFaults.invalidModule("it does not compile: " + e.getMessage());
      throw refusal;
    }
  }

  /**
   * A table with limits of its own. A table instance writes its growth back into the limits it was
   * made with, which are the module's: without the copy one call's growth would reach the next.
   */
  private static TableInstance freshTable(Table declared, int initialValue) {
    long min = declared.limits().min();
    long max = Math.min(declared.limits().max(), Math.max(min, ModuleShape.MAX_TABLE_ENTRIES));
    return new TableInstance(
        new Table(declared.elementType(), new TableLimits(min, max)), initialValue);
  }
}
