package dev.howdah.worker.exec;

import dev.howdah.fault.FaultException;
import dev.howdah.worker.TailOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a program, from its turn to the end of its last process.
 *
 * <p>The result may come before that end, when the run is given up; whatever makes it fail ends the
 * processes.
 */
final class Attempt {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final int STDERR_TAIL = 8192;

  /** How long a program has to clean up when it is asked to end. */
  static final Duration GRACE = Duration.ofMillis(500);

  /** How long output is read on when the program has ended but somebody it left behind has not. */
  private static final Duration LINGER = Duration.ofMillis(500);

  private final ExecSpec spec;
  private final String mark;
  private final Launcher launcher;
  private final ContainerRuntime containers;
  private final RunLedger ledger;
  private final ExecutionDirectories directories;
  private final Executor workers;
  private final CompletableFuture<ExecAnswer> result = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final TailOutput stderr = new TailOutput(STDERR_TAIL);
  private CompletableFuture<Boolean> killing = CompletableFuture.completedFuture(true);
  private boolean ended;
  private volatile boolean started;
  private Launch launch;
  private RunLedger.Entry entry;
  private ProcessTree tree;

  Attempt(
      ExecSpec spec,
      String mark,
      Launcher launcher,
      ContainerRuntime containers,
      RunLedger ledger,
      ExecutionDirectories directories,
      Executor workers) {
    this.spec = spec;
    this.mark = mark;
    this.launcher = launcher;
    this.containers = containers;
    this.ledger = ledger;
    this.directories = directories;
    this.workers = workers;
  }

  /** What the run comes to; completing or cancelling it in any way ends the run. */
  CompletableFuture<ExecAnswer> result() {
    return result;
  }

  /** Completed when nothing of the run is left; never exceptionally. */
  CompletableFuture<Void> over() {
    return over;
  }

  /** Ends the run because its time is up. */
  void expire() {
    result.completeExceptionally(
        ExecFaults.timeout(spec.program().label(), spec.timeout(), started, stderr.text()));
  }

  /** Ends the run because this node stops. */
  void stop() {
    result.completeExceptionally(ExecFaults.stopped(spec.program().label()));
  }

  /** Starts the program, unless nobody waits for it any more. */
  void run() {
    if (result.isDone()) {
      over.complete(null);
      return;
    }
    try {
      launch = spec.program().launch(launcher, spec, mark);
      if (result.isDone()) {
        // Files that the execution begins with may have taken long.
        over.complete(null);
        return;
      }
      if (!spec.files().written().isEmpty()) {
        spec.files().write(directories.open(spec.execution()), mark);
      }
      entry = ledger.enter(new Run(launch.kind(), mark));
      begin(start(launch));
    } catch (FaultException e) {
      result.completeExceptionally(e);
      over.complete(null);
    } catch (IOException e) {
      if (entry != null) {
        entry.remove();
      }
      result.completeExceptionally(
          ExecFaults.cannotStart(spec.program().label(), String.valueOf(e.getMessage())));
      over.complete(null);
    }
  }

  private static Process start(Launch launch) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(launch.command());
    builder.environment().clear();
    builder.environment().putAll(launch.environment());
    return builder.directory(launch.directory().toFile()).start();
  }

  private void begin(Process process) {
    tree = new ProcessTree(process.toHandle(), Environment.mark(mark));
    started = true;
    CompletableFuture<Void> read =
        CompletableFuture.allOf(
            CompletableFuture.runAsync(() -> readOutput(process), workers),
            CompletableFuture.runAsync(() -> readErrors(process), workers));
    if (spec.stdin().length == 0) {
      write(process);
    } else {
      workers.execute(() -> write(process));
    }
    var unused = result.whenComplete((answer, failure) -> giveUp(failure));
    process.onExit().whenCompleteAsync((done, failure) -> exited(process, read), workers);
  }

  private void write(Process process) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(spec.stdin());
    } catch (IOException e) {
      // A program need not read what it is sent.
    }
  }

  private void readOutput(Process process) {
    byte[] buffer = new byte[8192];
    try (InputStream from = process.getInputStream()) {
      if (spec.files().read().isPresent()) {
        from.transferTo(OutputStream.nullOutputStream());
        return;
      }
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        synchronized (stdout) {
          if (stdout.size() + (long) n > spec.maxOutput()) {
            result.completeExceptionally(
                ExecFaults.tooLarge(
                    spec.program().label(),
                    "to its standard output and was stopped",
                    spec.maxOutput()));
            return;
          }
          stdout.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // closed by the end of the process
    }
  }

  private void readErrors(Process process) {
    try (InputStream from = process.getErrorStream()) {
      from.transferTo(stderr);
    } catch (IOException e) {
      // closed by the end of the process
    }
  }

  private synchronized void giveUp(Throwable failure) {
    if (failure != null && !ended) {
      killing = CompletableFuture.supplyAsync(this::kill, workers);
    }
  }

  private boolean kill() {
    return switch (launch.kind()) {
      case PROCESS -> killTree();
      case CONTAINER -> containers.remove(mark, this::killTree);
    };
  }

  private boolean killTree() {
    boolean gone = tree.kill(GRACE);
    if (!gone) {
      LOG.warn("What {} started cannot be killed and may still run.", spec.program().label());
    }
    return gone;
  }

  private void exited(Process process, CompletableFuture<Void> read) {
    if (!isDone(read)) {
      // Somebody it left behind holds its pipes open.
      killTree();
    }
    CompletableFuture<Boolean> last;
    synchronized (this) {
      ended = true;
      last = killing;
    }
    directories.touch(spec.execution());
    settle(process.exitValue());
    var unused =
        last.exceptionally(failure -> false)
            .thenAccept(
                gone -> {
                  if (gone) {
                    entry.remove();
                  }
                  over.complete(null);
                });
  }

  private static boolean isDone(CompletableFuture<Void> read) {
    try {
      read.get(LINGER.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void settle(int code) {
    String label = spec.program().label();
    if (spec.codes().success().contains(code)) {
      try {
        result.complete(answer(label));
      } catch (FaultException e) {
        result.completeExceptionally(e);
      }
    } else {
      boolean retryable = spec.codes().retry().contains(code);
      result.completeExceptionally(ExecFaults.exit(label, code, retryable, stderr.text()));
    }
  }

  private ExecAnswer answer(String label) {
    if (spec.files().read().isPresent()) {
      String name = spec.files().read().get();
      Path directory = directories.open(spec.execution());
      return new ExecAnswer(
          label, "the file " + name, ExecFiles.read(directory, name, label, spec.maxOutput()));
    }
    synchronized (stdout) {
      return new ExecAnswer(label, "its standard output", stdout.toByteArray());
    }
  }
}
