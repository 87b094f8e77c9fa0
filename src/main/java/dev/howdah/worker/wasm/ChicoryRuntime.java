package dev.howdah.worker.wasm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.UnlinkableException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Runs modules in this process: compiled to JVM bytecode by Chicory, on the thread of the caller.
 *
 * <p>A running module is stopped by interrupting its thread: the compiled code looks at the
 * interrupt flag at every call and loop. Guest memory is heap of this process, so the sum of it is
 * bounded; a call over the budget waits.
 */
public final class ChicoryRuntime implements WasmRuntime {
  private static final byte[] NOTHING = {};
  private static final long[] NO_ARGUMENTS = {};

  private final ByHash<ChicoryModule> modules;
  private final MemoryBudget budget;
  private final Watchdog watchdog;
  private final int maxOutputBytes;
  private volatile boolean closed;

  public ChicoryRuntime(ChicorySettings settings) {
    this.modules = new ByHash<>(settings.cachedModules(), ChicoryModule::new);
    this.budget = new MemoryBudget(settings.memoryBudgetBytes());
    this.maxOutputBytes = settings.maxOutputBytes();
    this.watchdog = new Watchdog("howdah-wasm-watchdog");
  }

  @Override
  public JsonNode call(WasmModule module, WasmCall call) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (closed) {
      throw WasmFaults.unavailable("it is closed");
    }
    ChicoryModule target = modules.get(module);
    ModuleShape shape = target.shape();
    String function = call.isCommand() ? ModuleShape.START : call.function();
    WasmSignature signature = shape.signature(function);
    long[] cells = Scalars.toCells(signature, call.args());
    int limitPages = Math.min(call.memoryLimitPages(), budget.pages());
    if (shape.initialPages() > limitPages) {
      throw WasmFaults.memoryAtStart(
          (long) shape.initialPages() * WasmCall.PAGE_BYTES,
          (long) limitPages * WasmCall.PAGE_BYTES);
    }
    target.compile();
    int reserved = shape.reachablePages(limitPages);
    long deadline = System.nanoTime() + call.timeoutNanos();
    if (!budget.reserve(reserved, call.timeoutNanos())) {
      throw WasmFaults.noMemoryInTime((long) reserved * WasmCall.PAGE_BYTES, call.timeout());
    }
    try {
      return new Run(target, shape, call, limitPages, signature, cells).until(deadline);
    } finally {
      budget.release(reserved);
    }
  }

  @Override
  public WasmSignature signature(WasmModule module, String function) {
    return modules.get(module).shape().signature(function);
  }

  @Override
  public List<String> functions(WasmModule module) {
    return modules.get(module).shape().functions();
  }

  @Override
  public void close() {
    closed = true;
    watchdog.close();
  }

  /** How many modules are held. */
  int cachedModules() {
    return modules.size();
  }

  /** One call on its way through a fresh instance. */
  private final class Run {
    private final ChicoryModule target;
    private final ModuleShape shape;
    private final WasmCall call;
    private final int limitPages;
    private final WasmSignature signature;
    private final long[] cells;
    private ChicoryWasi wasi;
    private Instance instance;

    Run(
        ChicoryModule target,
        ModuleShape shape,
        WasmCall call,
        int limitPages,
        WasmSignature signature,
        long[] cells) {
      this.target = target;
      this.shape = shape;
      this.call = call;
      this.limitPages = limitPages;
      this.signature = signature;
      this.cells = cells;
    }

    JsonNode until(long deadlineNanos) throws InterruptedException {
      Watch watch = watchdog.watch(deadlineNanos - System.nanoTime());
      long[] results = null;
      Throwable failure = null;
      try {
        results = run();
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        failure = e;
      }
      boolean timedOut = watch.end();
      if (timedOut) {
        Thread.interrupted();
      }
      if (failure == null) {
        return result(results);
      }
      if (wasInterrupted(failure)) {
        if (timedOut) {
          throw closed
              ? WasmFaults.unavailable("it is closed")
              : WasmFaults.timeout(call.timeout());
        }
        Thread.interrupted();
        throw new InterruptedException();
      }
      if (failure instanceof WasiExitException exit && exit.exitCode() == 0) {
        return result(NO_ARGUMENTS);
      }
      throw fault(failure);
    }

    private long[] run() {
      ImportValues imports = ImportValues.empty();
      if (shape.usesWasi()) {
        byte[] stdin = call.stdin() == null ? NOTHING : CommandOutput.stdin(call.stdin());
        wasi = new ChicoryWasi(List.of("module"), stdin, maxOutputBytes);
        imports = wasi.imports();
      }
      instance = target.instantiate(imports, limitPages);
      if (!call.isCommand() && shape.exports(ModuleShape.INITIALIZE)) {
        instance.getMachine().call(shape.index(ModuleShape.INITIALIZE), NO_ARGUMENTS);
      }
      long[] results = instance.getMachine().call(shape.index(signature.function()), cells);
      return results == null ? NO_ARGUMENTS : results;
    }

    private JsonNode result(long[] results) {
      if (call.isCommand()) {
        return CommandOutput.toJson(wasi == null ? NOTHING : wasi.stdout());
      }
      if (results.length < signature.results().size()) {
        throw WasmFaults.exit(0, "before " + signature.function() + " had a result");
      }
      return Scalars.toJson(signature, results);
    }

    private RuntimeException fault(Throwable failure) {
      if (failure instanceof BoundedOutput.Overflow) {
        return WasmFaults.outputTooLarge(maxOutputBytes);
      }
      if (failure instanceof WasiExitException exit) {
        return WasmFaults.exit(exit.exitCode(), wasi.stderr());
      }
      if (failure instanceof OutOfMemoryError) {
        return WasmFaults.hostMemory();
      }
      if (failure instanceof UnlinkableException) {
        return WasmFaults.invalidModule(failure.getMessage());
      }
      String reason = trapReason(failure);
      int pages = instance == null || !shape.hasMemory() ? 0 : instance.memory().pages();
      return shape.hasMemory() && shape.exhausted(pages, limitPages)
          ? WasmFaults.memory(
              reason, (long) pages * WasmCall.PAGE_BYTES, (long) limitPages * WasmCall.PAGE_BYTES)
          : WasmFaults.trap(reason);
    }
  }

  /** A sleeping guest reports the interrupt as the cause, a running one as the exception. */
  private static boolean wasInterrupted(Throwable failure) {
    return failure instanceof ChicoryInterruptedException
        || failure.getCause() instanceof InterruptedException
        || (failure instanceof ChicoryException
            && "Thread interrupted".equals(failure.getMessage()));
  }

  private static String trapReason(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof StackOverflowError || message.equals("call stack exhausted")) {
      return "stack overflow";
    }
    if (message.equals("Trapped on unreachable instruction")) {
      return "unreachable";
    }
    if (message.startsWith("out of bounds memory access")) {
      return "out of bounds memory access";
    }
    return failure instanceof ChicoryException ? message : failure.toString();
  }
}
