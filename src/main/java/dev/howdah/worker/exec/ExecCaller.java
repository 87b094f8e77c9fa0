package dev.howdah.worker.exec;

import dev.howdah.worker.Threads;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs programs. Thread-safe; one serves a whole process. So many run at a time; each has threads
 * of its own that read what it writes, and a run that waits for its turn has none.
 */
public final class ExecCaller implements AutoCloseable {
  private static final int MARK_BYTES = 8;
  private static final long STOP_SECONDS = 15;

  private final ExecutorService workers =
      Executors.newCachedThreadPool(Threads.daemons("howdah-exec"));
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(1, Threads.daemons("howdah-exec-deadline"));
  private final Set<Attempt> underway = ConcurrentHashMap.newKeySet();
  private final SecureRandom random = new SecureRandom();
  private final Launcher launcher;
  private final ContainerRuntime containers;
  private final ExecutionDirectories directories;
  private final RunLedger ledger;
  private final Leftovers leftovers;
  private final Turns turns;
  private volatile boolean closed;

  /**
   * @param directories where executions have their files
   * @param runs holds what is under way in all processes that work with the directory, so that what
   *     is left when one of them is killed can be ended: before another begins a run, and at {@link
   *     #endLeftovers}; made when the first run begins
   */
  public ExecCaller(ExecSettings settings, ExecutionDirectories directories, Path runs) {
    // A timeout that did not strike must not keep its run in memory.
    deadlines.setRemoveOnCancelPolicy(true);
    this.directories = directories;
    Environment environment = new Environment(settings.environment());
    containers = new ContainerRuntime(settings.policy(), settings.runtime(), environment);
    launcher = new Launcher(settings.policy(), containers, environment, directories);
    ledger = new RunLedger(runs);
    leftovers = new Leftovers(runs, containers);
    turns = new Turns(settings.processes(), workers);
  }

  /**
   * Runs a program.
   *
   * @return what it wrote, when its exit code is one of success; otherwise completed exceptionally
   *     with a {@link dev.howdah.fault.FaultException}:
   *     <ul>
   *       <li>{@code exec.not-allowed}: the operator has not allowed it
   *       <li>{@code exec.exit}: any other exit code; the end of standard error is in the message.
   *           Retryable for the codes that the spec says so of
   *       <li>{@code exec.timeout}: not done within the timeout; retryable
   *       <li>{@code exec.output-too-large}: more bytes than the limit
   *       <li>{@code exec.no-file}: a file of its own could not be written before, or the one that
   *           is its answer is not there
   *       <li>{@code exec.unknown-command}, {@code exec.no-container-runtime}, {@code
   *           exec.no-directory}, {@code exec.cannot-start}: it did not begin
   *       <li>{@code exec.stopped}: this caller was closed; retryable
   *     </ul>
   *     Cancelling it, but not a stage derived from it, stops the program and all that it started:
   *     asked first, and killed half a second later. It completes on a thread of this caller, which
   *     what depends on it must not block.
   */
  public CompletableFuture<ExecAnswer> call(ExecSpec spec) {
    Attempt attempt = new Attempt(spec, mark(), launcher, containers, ledger, directories, workers);
    underway.add(attempt);
    var unused =
        attempt
            .over()
            .thenRun(
                () -> {
                  underway.remove(attempt);
                  turns.leave();
                });
    try {
      Future<?> deadline =
          deadlines.schedule(
              () -> workers.execute(attempt::expire),
              spec.timeout().toNanos(),
              TimeUnit.NANOSECONDS);
      var unusedToo = attempt.result().whenComplete((answer, failure) -> deadline.cancel(false));
      turns.enter(
          () -> {
            leftovers.endNew();
            attempt.run();
          });
    } catch (RejectedExecutionException e) {
      underway.remove(attempt);
      attempt.stop();
    }
    if (closed) {
      attempt.stop();
    }
    return attempt.result();
  }

  /**
   * Ends what is left of the runs of processes that were killed. Blocks while that takes time:
   * seconds for each such process, or nothing.
   */
  public void endLeftovers() {
    leftovers.end();
  }

  private String mark() {
    byte[] bytes = new byte[MARK_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Stops all programs, which takes seconds at most; their runs fail with a retryable fault. */
  @Override
  public void close() {
    closed = true;
    deadlines.shutdownNow();
    underway.forEach(Attempt::stop);
    CompletableFuture<?>[] ends =
        underway.stream().map(Attempt::over).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends).get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      // They are being killed; what cannot be killed cannot be waited for.
    }
    workers.shutdown();
    ledger.close();
  }
}
