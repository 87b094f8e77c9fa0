package dev.howdah.worker.wasm;

import io.github.kawamuray.wasmtime.Config;
import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Linker;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.wasi.WasiCtx;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The main class of a worker process: reads modules and questions on stdin, answers on stdout, one
 * call at a time.
 *
 * <p>A thread of its own reads stdin, so that the end of the parent is seen, and the process ends,
 * even while a guest spins.
 */
public final class WasmtimeWorker {
  static final byte READY = 'R';
  static final byte MODULE = 'M';
  static final byte CALL = 'C';

  /** Wasmtime stops a guest at 1 MiB of stack; the thread needs that and room for the host. */
  private static final long STACK_BYTES = 16L << 20;

  private static final int COMPILED = 64;

  private final DataOutputStream out;
  private final Engine engine;
  private final Linker linker;
  private final Map<String, byte[]> binaries = new HashMap<>();
  private final LinkedHashMap<String, Module> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private WasmtimeWorker(DataOutputStream out) {
    this.out = out;
    try (Config config = new Config()) {
      this.engine = new Engine(config);
    }
    this.linker = new Linker(engine);
    WasiCtx.addToLinker(linker);
  }

  /** Runs until stdin ends. */
  public static void main(String[] args) {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    // nothing but answers may reach the parent's end of stdout
    System.setOut(System.err);
    BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    Thread runner = new Thread(null, () -> serve(out, messages), "howdah-wasm-guest", STACK_BYTES);
    runner.setDaemon(true);
    runner.start();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)))) {
      while (true) {
        messages.add(read(in));
      }
    } catch (IOException e) {
      // the parent is gone or done with this worker
      Runtime.getRuntime().halt(0);
    }
  }

  private static Message read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    if (kind == MODULE) {
      String hash = in.readUTF();
      byte[] binary = Frames.readBytes(in);
      return worker -> worker.binaries.put(hash, binary);
    }
    WorkerQuestion question = WorkerQuestion.read(in);
    return worker -> worker.answer(question);
  }

  private static void serve(DataOutputStream out, BlockingQueue<Message> messages) {
    try {
      WasmtimeWorker worker = new WasmtimeWorker(out);
      out.writeByte(READY);
      out.flush();
      while (true) {
        messages.take().handle(worker);
      }
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void answer(WorkerQuestion question) throws IOException {
    run(question).writeTo(out);
    out.flush();
  }

  private WorkerAnswer run(WorkerQuestion question) {
    Module module;
    try {
      module = module(question.hash(), question.maxPages());
    } catch (RuntimeException e) {
      return new WorkerAnswer.Refused(
          "Wasmtime does not compile it: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    try (WasmtimeGuest guest = new WasmtimeGuest(engine, question)) {
      return guest.run(module, linker);
    }
  }

  private Module module(String hash, int maxPages) {
    String key = hash + "/" + maxPages;
    Module module = compiled.get(key);
    if (module == null) {
      module =
          new Module(
              engine, CappedBinary.of(binaries.get(hash), maxPages, ModuleShape.MAX_TABLE_ENTRIES));
      compiled.put(key, module);
      if (compiled.size() > COMPILED) {
        var eldest = compiled.entrySet().iterator();
        eldest.next().getValue().dispose();
        eldest.remove();
      }
    }
    return module;
  }

  /** Something the parent sent, done on the guest thread. */
  private interface Message {
    void handle(WasmtimeWorker worker) throws IOException;
  }
}
