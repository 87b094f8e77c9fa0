package dev.howdah.worker.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasi.WasiExitException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Assembles WebAssembly text with wabt's {@code wat2wasm}, itself a WebAssembly command.
 *
 * <p>Interpreted, a short text takes 0.1 seconds. Compiling the assembler costs a second and makes
 * it ten times as fast, so that is done for the first long text. Needs no file system: the text
 * goes in on stdin and the binary comes out on stdout.
 */
final class WatAssembler {
  private static final int LONG_TEXT = 20_000;

  /** 256 MiB, in pages. */
  private static final int MEMORY_PAGES = 4096;

  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
  private static final Pattern ERROR =
      Pattern.compile("^-:(\\d+):(\\d+): error: (.*)$", Pattern.MULTILINE);

  private WatAssembler() {}

  /**
   * The binary of a text in UTF-8.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.invalid-text} naming line, column and
   *     problem; {@code wasm.timeout} when the thread is interrupted, whose flag stays set
   */
  static byte[] assemble(byte[] text) {
    ChicoryWasi wasi =
        new ChicoryWasi(List.of("wat2wasm", "-", "--output=-"), text, 2 * WasmModule.MAX_BYTES);
    Instance.Builder builder =
        Instance.builder(Program.MODULE)
            .withStart(false)
            .withImportValues(wasi.imports())
            .withMemoryFactory(
                limits ->
                    new ByteArrayMemory(new MemoryLimits(limits.initialPages(), MEMORY_PAGES)));
    if (text.length > LONG_TEXT) {
      builder.withMachineFactory(Compiled.MACHINES);
    }
    try {
      builder.build().export(ModuleShape.START).apply();
    } catch (WasiExitException e) {
      if (e.exitCode() != 0) {
        throw WasmFaults.invalidText(problem(wasi.stderr()));
      }
    } catch (ChicoryInterruptedException e) {
      throw WasmFaults.assemblyInterrupted();
    } catch (ChicoryException | BoundedOutput.Overflow e) {
      throw WasmFaults.invalidText("the assembler gave up: " + e.getMessage());
    }
    return wasi.stdout();
  }

  private static String problem(String stderr) {
    String plain = COLOUR.matcher(stderr).replaceAll("");
    Matcher error = ERROR.matcher(plain);
    return error.find()
        ? "line " + error.group(1) + ", column " + error.group(2) + ": " + error.group(3)
        : plain.strip();
  }

  /** Loaded with the first text. */
  private static final class Program {
    static final com.dylibso.chicory.wasm.WasmModule MODULE = load();

    private static com.dylibso.chicory.wasm.WasmModule load() {
      try (InputStream program = WatAssembler.class.getResourceAsStream("/wat2wasm")) {
        return Parser.parse(program);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Loaded with the first long text. */
  private static final class Compiled {
    static final Function<Instance, Machine> MACHINES =
        MachineFactoryCompiler.builder(Program.MODULE)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .compile();
  }
}
