package dev.howdah.worker.wasm;

import dev.howdah.worker.TailOutput;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker process and the pipes to it. Used by one call at a time.
 *
 * <p>All that may block on the pipes happens on a thread of the worker, so that a caller can always
 * leave: it kills the process, which also ends that thread.
 */
final class WorkerProcess implements AutoCloseable {
  /** A worker is replaced after so many modules, which bounds what it holds. */
  private static final int MAX_MODULES = 64;

  private static final Duration START = Duration.ofSeconds(30);
  private static final int STDERR_TAIL = 8192;
  private static final int NATIVE_ACCESS_SINCE = 22;
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final ExecutorService pipes;
  private final TailOutput stderr = new TailOutput(STDERR_TAIL);
  private final Set<String> sent = new HashSet<>();
  private long idleSinceNanos;

  private WorkerProcess(Process process) {
    this.process = process;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.pipes = Executors.newSingleThreadExecutor(task -> daemon(task, "pipes"));
    daemon(this::drainStderr, "stderr").start();
  }

  /**
   * Starts a worker and waits until it can take calls.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unavailable} when it does not start
   */
  static WorkerProcess start(Path libraryDirectory, int heapMiB) throws InterruptedException {
    WorkerProcess worker;
    try {
      worker = new WorkerProcess(new ProcessBuilder(command(libraryDirectory, heapMiB)).start());
    } catch (IOException e) {
      throw WasmFaults.unavailable(e.getMessage());
    }
    boolean ready = false;
    try {
      Future<Byte> first = worker.pipes.submit(() -> worker.in.readByte());
      ready = first.get(START.toSeconds(), TimeUnit.SECONDS) == WasmtimeWorker.READY;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("a WebAssembly worker process did not start: {}", worker.stderr.text(), e);
    } finally {
      if (!ready) {
        worker.close();
      }
    }
    if (!ready) {
      throw WasmFaults.unavailable("its worker process did not come up; the log has its output");
    }
    return worker;
  }

  /**
   * Asks and waits for the answer. When this throws, the process is dead.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.timeout}, {@code wasm.crashed}
   */
  WorkerAnswer exchange(
      WasmModule module, WorkerQuestion question, Duration limit, long timeoutNanos)
      throws InterruptedException {
    Future<WorkerAnswer> answer = pipes.submit(() -> ask(module, question));
    boolean answered = false;
    try {
      WorkerAnswer said = answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
      answered = true;
      return said;
    } catch (TimeoutException e) {
      throw WasmFaults.timeout(limit);
    } catch (ExecutionException e) {
      throw crashed();
    } finally {
      if (!answered) {
        close();
      }
    }
  }

  /** Whether the worker can take another call. */
  boolean isUsable() {
    return process.isAlive() && sent.size() < MAX_MODULES;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  void becomeIdle(long nowNanos) {
    idleSinceNanos = nowNanos;
  }

  boolean idleLongerThan(Duration limit, long nowNanos) {
    return nowNanos - idleSinceNanos > limit.toNanos();
  }

  /** Kills the process, whatever it is doing. */
  @Override
  public void close() {
    process.destroyForcibly();
    pipes.shutdownNow();
  }

  private WorkerAnswer ask(WasmModule module, WorkerQuestion question) throws IOException {
    if (sent.add(module.sha256())) {
      out.writeByte(WasmtimeWorker.MODULE);
      out.writeUTF(module.sha256());
      Frames.writeBytes(out, module.binary());
    }
    out.writeByte(WasmtimeWorker.CALL);
    question.writeTo(out);
    out.flush();
    return WorkerAnswer.read(in);
  }

  private RuntimeException crashed() throws InterruptedException {
    process.destroyForcibly();
    String how =
        process.waitFor(5, TimeUnit.SECONDS)
            ? "exit value " + process.exitValue()
            : "its pipe broke";
    LOG.warn("a WebAssembly worker process died ({}): {}", how, stderr.text());
    return WasmFaults.crashed(how);
  }

  private void drainStderr() {
    try (InputStream from = process.getErrorStream()) {
      from.transferTo(stderr);
    } catch (IOException e) {
      // closed by the end of the process
    }
  }

  private Thread daemon(Runnable task, String what) {
    Thread thread = new Thread(task, "howdah-wasm-worker-" + process.pid() + "-" + what);
    thread.setDaemon(true);
    return thread;
  }

  private static List<String> command(Path libraryDirectory, int heapMiB) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.add("-Xmx" + heapMiB + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+ExitOnOutOfMemoryError");
    // leave nothing behind, neither in the temp folder nor in the working directory
    command.add("-XX:-UsePerfData");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:+ErrorFileToStderr");
    if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-Djava.library.path=" + libraryDirectory);
    // the binding logs every call at debug level
    command.add("-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WasmtimeWorker.class.getName());
    return command;
  }
}
