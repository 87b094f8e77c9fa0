package dev.howdah.worker.wasm;

import dev.howdah.worker.TailOutput;
import io.github.kawamuray.wasmtime.Caller;
import io.github.kawamuray.wasmtime.Extern;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.FuncType;
import io.github.kawamuray.wasmtime.Memory;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Val;
import io.github.kawamuray.wasmtime.WasmFunctionError;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The three standard streams of one Wasmtime guest, in memory: {@code fd_read} and {@code fd_write}
 * of WASI.
 *
 * <p>The Java binding opens the file it is given for stdin for writing, so a guest cannot read it,
 * and it can only write output to files. As a guest has no other files, these two functions replace
 * Wasmtime's.
 */
final class GuestStdio {
  private static final Val.Type I32 = Val.Type.I32;
  private static final FuncType TYPE =
      new FuncType(new Val.Type[] {I32, I32, I32, I32}, new Val.Type[] {I32});
  private static final int SUCCESS = 0;
  private static final int EBADF = 8;
  private static final int STDERR_TAIL = 4096;

  private final Store<Void> store;
  private final ByteArrayInputStream stdin;
  private final BoundedOutput stdout;
  private final TailOutput stderr = new TailOutput(STDERR_TAIL);
  private RuntimeException failure;

  GuestStdio(Store<Void> store, byte[] stdin, int maxOutputBytes) {
    this.store = store;
    this.stdin = new ByteArrayInputStream(stdin);
    this.stdout = new BoundedOutput(maxOutputBytes);
  }

  /** A new host function for an import of that name, or null when it is not one of ours. */
  Func function(String name) {
    return switch (name) {
      case "fd_read" ->
          new Func(
              store,
              TYPE,
              (caller, args, results) ->
                  results[0] = Val.fromI32(guarded(caller, args, this::read)));
      case "fd_write" ->
          new Func(
              store,
              TYPE,
              (caller, args, results) ->
                  results[0] = Val.fromI32(guarded(caller, args, this::write)));
      default -> null;
    };
  }

  byte[] stdout() {
    return stdout.toByteArray();
  }

  String stderr() {
    return stderr.text();
  }

  /** Why one of these functions ended the guest, or null. */
  RuntimeException failure() {
    return failure;
  }

  private int guarded(Caller<Void> caller, Val[] args, Operation operation) {
    Memory memory = caller.getExport(CappedBinary.MEMORY_EXPORT).map(Extern::memory).orElseThrow();
    try {
      // a view of the guest's memory, so every access is checked against its present size
      ByteBuffer bytes = memory.buffer(store).order(ByteOrder.LITTLE_ENDIAN);
      return operation.apply(args[0].i32(), bytes, args[1].i32(), args[2].i32(), args[3].i32());
    } catch (IndexOutOfBoundsException e) {
      failure = e;
      throw new WasmFunctionError("out of bounds memory access");
    } catch (BoundedOutput.Overflow e) {
      failure = e;
      throw new WasmFunctionError("output too large");
    } finally {
      memory.dispose();
    }
  }

  private int read(int fd, ByteBuffer memory, int vectors, int count, int resultAt) {
    if (fd != 0) {
      return EBADF;
    }
    int total = 0;
    for (int i = 0; i < count; i++) {
      int start = memory.getInt(vectors + 8 * i);
      int length = memory.getInt(vectors + 8 * i + 4);
      ByteBuffer target = slice(memory, start, length);
      byte[] chunk = new byte[Math.min(length, stdin.available())];
      int got = Math.max(0, stdin.read(chunk, 0, chunk.length));
      target.put(chunk, 0, got);
      total += got;
      if (got < length) {
        break;
      }
    }
    memory.putInt(resultAt, total);
    return SUCCESS;
  }

  private int write(int fd, ByteBuffer memory, int vectors, int count, int resultAt) {
    if (fd != 1 && fd != 2) {
      return EBADF;
    }
    int total = 0;
    for (int i = 0; i < count; i++) {
      ByteBuffer source =
          slice(memory, memory.getInt(vectors + 8 * i), memory.getInt(vectors + 8 * i + 4));
      byte[] chunk = new byte[source.remaining()];
      source.get(chunk);
      if (fd == 1) {
        stdout.write(chunk, 0, chunk.length);
      } else {
        stderr.write(chunk, 0, chunk.length);
      }
      total += chunk.length;
    }
    memory.putInt(resultAt, total);
    return SUCCESS;
  }

  private static ByteBuffer slice(ByteBuffer memory, int start, int length) {
    return memory.slice(start, length);
  }

  /** One of the two functions, on memory that is in place. */
  private interface Operation {
    int apply(int fd, ByteBuffer memory, int vectors, int count, int resultAt);
  }
}
