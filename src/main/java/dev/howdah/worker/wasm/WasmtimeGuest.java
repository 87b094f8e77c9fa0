package dev.howdah.worker.wasm;

import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Extern;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.ImportType;
import io.github.kawamuray.wasmtime.Instance;
import io.github.kawamuray.wasmtime.Linker;
import io.github.kawamuray.wasmtime.Memory;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Trap;
import io.github.kawamuray.wasmtime.Val;
import io.github.kawamuray.wasmtime.WasmFunctionError;
import io.github.kawamuray.wasmtime.wasi.WasiCtxBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One call in a store of its own, inside a worker process. Everything native that it makes is
 * disposed of in reverse order, exactly once: touching it later would take the process down.
 */
final class WasmtimeGuest implements AutoCloseable {
  private static final Val[] NO_ARGUMENTS = {};
  private static final long[] NO_RESULTS = {};

  private final WorkerQuestion question;
  private final Deque<Runnable> disposals = new ArrayDeque<>();
  private final Store<Void> store;
  private final GuestStdio stdio;
  private Instance instance;

  WasmtimeGuest(Engine engine, WorkerQuestion question) {
    this.question = question;
    this.store = new Store<>(null, engine, new WasiCtxBuilder().arg("module").build());
    disposals.push(store::dispose);
    this.stdio = new GuestStdio(store, question.stdin(), question.maxOutputBytes());
  }

  /** Runs the call; never throws for what the guest does. */
  WorkerAnswer run(Module module, Linker linker) {
    try {
      instance = new Instance(store, module, imports(module, linker));
      disposals.push(instance::dispose);
      if (question.initialize()) {
        call(ModuleShape.INITIALIZE, NO_ARGUMENTS);
      }
      return new WorkerAnswer.Returned(
          cells(call(question.function(), arguments())), stdio.stdout());
    } catch (WasmFunctionError.I32ExitError e) {
      return e.exitCode() == 0 && question.command()
          ? new WorkerAnswer.Returned(NO_RESULTS, stdio.stdout())
          : new WorkerAnswer.Exited(e.exitCode(), stdio.stderr());
    } catch (RuntimeException e) {
      if (stdio.failure() instanceof BoundedOutput.Overflow) {
        return new WorkerAnswer.Overflowed();
      }
      if (stdio.failure() != null) {
        return new WorkerAnswer.Trapped("out of bounds memory access", pages());
      }
      return new WorkerAnswer.Trapped(
          e instanceof WasmFunctionError.TrapError trap
              ? reason(trap.trap())
              : firstLine(e.getMessage()),
          pages());
    }
  }

  @Override
  public void close() {
    while (!disposals.isEmpty()) {
      disposals.pop().run();
    }
  }

  private List<Extern> imports(Module module, Linker linker) {
    List<Extern> imports = new ArrayList<>();
    for (ImportType wanted : module.imports()) {
      Func own = stdio.function(wanted.name());
      if (own == null) {
        imports.add(linker.get(store, wanted.module(), wanted.name()).orElseThrow());
      } else {
        disposals.push(own::dispose);
        imports.add(Extern.fromFunc(own));
      }
    }
    return imports;
  }

  private Val[] call(String function, Val[] arguments) {
    Func target = instance.getFunc(store, function).orElseThrow();
    disposals.push(target::dispose);
    return target.call(store, arguments);
  }

  private Val[] arguments() {
    Val[] arguments = new Val[question.cells().length];
    for (int i = 0; i < arguments.length; i++) {
      long cell = question.cells()[i];
      arguments[i] =
          switch (question.types().get(i)) {
            case I32 -> Val.fromI32((int) cell);
            case I64 -> Val.fromI64(cell);
            case F32 -> Val.fromF32(Float.intBitsToFloat((int) cell));
            case F64 -> Val.fromF64(Double.longBitsToDouble(cell));
          };
    }
    return arguments;
  }

  private static long[] cells(Val[] results) {
    long[] cells = new long[results.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] =
          switch (results[i].getType()) {
            case I32 -> results[i].i32();
            case I64 -> results[i].i64();
            case F32 -> Float.floatToRawIntBits(results[i].f32());
            case F64 -> Double.doubleToRawLongBits(results[i].f64());
            default -> throw new IllegalStateException("checked by the parent");
          };
    }
    return cells;
  }

  private int pages() {
    if (instance == null) {
      return 0;
    }
    Optional<Memory> memory = instance.getMemory(store, CappedBinary.MEMORY_EXPORT);
    int pages = memory.map(m -> m.size(store)).orElse(0);
    memory.ifPresent(Memory::dispose);
    return pages;
  }

  /** The words of the WebAssembly specification, as the other runtime says them. */
  private static String reason(Trap trap) {
    return switch (trap) {
      case STACK_OVERFLOW -> "stack overflow";
      case MEMORY_OUT_OF_BOUNDS -> "out of bounds memory access";
      case TABLE_OUT_OF_BOUNDS -> "undefined element";
      case INDIRECT_CALL_TO_NULL -> "uninitialized element";
      case BAD_SIGNATURE -> "indirect call type mismatch";
      case INTEGER_OVERFLOW -> "integer overflow";
      case INTEGER_DIVISION_BY_ZERO -> "integer divide by zero";
      case BAD_CONVERSION_TO_INTEGER -> "invalid conversion to integer";
      case UNREACHABLE_CODE_REACHED -> "unreachable";
      default -> trap.name();
    };
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("unknown");
  }
}
