package dev.howdah.worker.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs modules on Wasmtime, in worker processes that are killed when a call must stop.
 *
 * <p>A worker runs one call at a time; a call over the number of workers waits. Workers end with
 * this process, also when it is killed. Guest memory is outside this process.
 */
public final class WasmtimeRuntime implements WasmRuntime {
  private static final int CACHED_SHAPES = 256;

  private final WasmtimeSettings settings;
  private final Path library;
  private final ByHash<ChicoryModule> modules = new ByHash<>(CACHED_SHAPES, ChicoryModule::new);
  private final Semaphore places;
  private final Deque<WorkerProcess> idle = new ConcurrentLinkedDeque<>();
  private final Set<WorkerProcess> all = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Prepares the native library; workers start with the first calls.
   *
   * @throws dev.howdah.fault.FaultException {@code wasm.unavailable}
   */
  public WasmtimeRuntime(WasmtimeSettings settings) {
    this.settings = settings;
    this.library = WasmtimeLibrary.directory(settings.libraryDirectory());
    this.places = new Semaphore(settings.maxWorkers(), true);
    Thread reaper = new Thread(this::reap, "howdah-wasm-reaper");
    reaper.setDaemon(true);
    reaper.start();
  }

  @Override
  public JsonNode call(WasmModule module, WasmCall call) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    ModuleShape shape = modules.get(module).shape();
    String function = call.isCommand() ? ModuleShape.START : call.function();
    WasmSignature signature = shape.signature(function);
    long[] cells = Scalars.toCells(signature, call.args());
    int limitPages = call.memoryLimitPages();
    if (shape.initialPages() > limitPages) {
      throw WasmFaults.memoryAtStart(
          (long) shape.initialPages() * WasmCall.PAGE_BYTES,
          (long) limitPages * WasmCall.PAGE_BYTES);
    }
    WorkerQuestion question =
        new WorkerQuestion(
            module.sha256(),
            function,
            call.isCommand(),
            !call.isCommand() && shape.exports(ModuleShape.INITIALIZE),
            limitPages,
            shape.reachablePages(limitPages),
            settings.maxOutputBytes(),
            signature.params(),
            cells,
            CommandOutput.stdin(call.stdin()));
    return ask(module, call, question).resultOf(question, signature, shape);
  }

  @Override
  public WasmSignature signature(WasmModule module, String function) {
    return modules.get(module).shape().signature(function);
  }

  @Override
  public List<String> functions(WasmModule module) {
    return modules.get(module).shape().functions();
  }

  /** Kills all workers; calls that run fail as crashed. */
  @Override
  public void close() {
    closed.countDown();
    all.forEach(WorkerProcess::close);
    all.clear();
  }

  /** The processes that exist. */
  List<ProcessHandle> workers() {
    return all.stream().map(WorkerProcess::handle).toList();
  }

  /** Ends workers that have been idle for too long. */
  void reapIdle(long nowNanos) {
    List<WorkerProcess> tired =
        idle.stream().filter(w -> w.idleLongerThan(settings.idleTimeout(), nowNanos)).toList();
    for (WorkerProcess worker : tired) {
      // who takes it out of the pool owns it: a call may have been quicker
      if (idle.remove(worker)) {
        discard(worker);
      }
    }
  }

  private void reap() {
    long period = Math.max(1, settings.idleTimeout().toMillis() / 2);
    try {
      while (!closed.await(period, TimeUnit.MILLISECONDS)) {
        reapIdle(System.nanoTime());
      }
    } catch (InterruptedException e) {
      // nobody interrupts it; if somebody does, it ends
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private WorkerAnswer ask(WasmModule module, WasmCall call, WorkerQuestion question)
      throws InterruptedException {
    long start = System.nanoTime();
    if (!places.tryAcquire(call.timeoutNanos(), TimeUnit.NANOSECONDS)) {
      throw WasmFaults.noWorkerInTime(settings.maxWorkers(), call.timeout());
    }
    try {
      long left = call.timeoutNanos() - (System.nanoTime() - start);
      WorkerProcess worker = checkOut();
      boolean kept = false;
      try {
        WorkerAnswer answer = worker.exchange(module, question, call.timeout(), left);
        kept = worker.isUsable() && !isClosed();
        return answer;
      } finally {
        if (kept) {
          worker.becomeIdle(System.nanoTime());
          idle.push(worker);
        } else {
          discard(worker);
        }
      }
    } finally {
      places.release();
    }
  }

  private WorkerProcess checkOut() throws InterruptedException {
    for (WorkerProcess worker = idle.poll(); worker != null; worker = idle.poll()) {
      if (worker.isAlive()) {
        return worker;
      }
      discard(worker);
    }
    if (isClosed()) {
      throw WasmFaults.unavailable("it is closed");
    }
    WorkerProcess worker = WorkerProcess.start(library, settings.workerHeapMiB());
    all.add(worker);
    if (isClosed()) {
      discard(worker);
      throw WasmFaults.unavailable("it is closed");
    }
    return worker;
  }

  private void discard(WorkerProcess worker) {
    all.remove(worker);
    worker.close();
  }
}
