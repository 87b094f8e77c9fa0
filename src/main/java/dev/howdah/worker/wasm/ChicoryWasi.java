package dev.howdah.worker.wasm;

import com.dylibso.chicory.log.Logger;
import com.dylibso.chicory.log.SystemLogger;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasi.WasiOptions;
import com.dylibso.chicory.wasi.WasiPreview1;
import dev.howdah.worker.TailOutput;
import java.io.ByteArrayInputStream;
import java.util.List;

/**
 * The WASI world of one Chicory instance: arguments and the three standard streams, nothing else.
 *
 * <p>Calls whose host side allocates what the guest asks for are checked first, so that a guest
 * cannot use more heap through them than its memory limit allows.
 */
final class ChicoryWasi {
  private static final Logger LOGGER = new SystemLogger();
  private static final int STDERR_TAIL = 4096;
  private static final int MAX_SUBSCRIPTIONS = 1024;
  private static final long EINVAL = 28;

  private final BoundedOutput stdout;
  private final TailOutput stderr = new TailOutput(STDERR_TAIL);
  private final ImportValues imports;

  ChicoryWasi(List<String> arguments, byte[] stdin, int maxOutputBytes) {
    this.stdout = new BoundedOutput(maxOutputBytes);
    WasiOptions options =
        WasiOptions.builder()
            .withArguments(arguments)
            .withStdin(new ByteArrayInputStream(stdin), false)
            .withStdout(stdout, false)
            .withStderr(stderr, false)
            .withThrowOnExit0(true)
            .build();
    HostFunction[] functions =
        WasiPreview1.builder().withLogger(LOGGER).withOptions(options).build().toHostFunctions();
    for (int i = 0; i < functions.length; i++) {
      functions[i] = guarded(functions[i]);
    }
    this.imports = ImportValues.builder().addFunction(functions).build();
  }

  ImportValues imports() {
    return imports;
  }

  byte[] stdout() {
    return stdout.toByteArray();
  }

  String stderr() {
    return stderr.text();
  }

  private static HostFunction guarded(HostFunction function) {
    return switch (function.name()) {
      case "fd_read", "fd_pread" ->
          new HostFunction(
              function.module(),
              function.name(),
              function.functionType(),
              (instance, args) -> {
                checkBuffers(instance.memory(), (int) args[1], (int) args[2]);
                return function.handle().apply(instance, args);
              });
      case "poll_oneoff" ->
          new HostFunction(
              function.module(),
              function.name(),
              function.functionType(),
              (instance, args) ->
                  Integer.compareUnsigned((int) args[2], MAX_SUBSCRIPTIONS) > 0
                      ? new long[] {EINVAL}
                      : function.handle().apply(instance, args));
      default -> function;
    };
  }

  /** The host allocates each buffer before it looks whether the guest has it. */
  private static void checkBuffers(Memory memory, int vectors, int count) {
    long size = (long) memory.pages() * WasmCall.PAGE_BYTES;
    for (long i = 0; i < Integer.toUnsignedLong(count); i++) {
      long vector = Integer.toUnsignedLong(vectors) + 8 * i;
      if (vector + 8 > size) {
        throw new WasmRuntimeException("out of bounds memory access");
      }
      long start = Integer.toUnsignedLong(memory.readInt((int) vector));
      long length = Integer.toUnsignedLong(memory.readInt((int) vector + 4));
      if (start + length > size) {
        throw new WasmRuntimeException("out of bounds memory access");
      }
    }
  }
}
