package dev.howdah.cli;

import dev.howdah.fault.Fault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Lets a node run until the process is told to stop, and the process end when the node has stopped.
 * A node that has not started by then is not waited for: nobody was promised anything, and its next
 * start mends what it leaves, as after any kill.
 */
final class UntilTold implements AutoCloseable {
  private final CompletableFuture<Fault> end = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile boolean started;

  private UntilTold() {}

  static UntilTold begin() {
    UntilTold told = new UntilTold();
    Runtime.getRuntime().addShutdownHook(new Thread(told::stop, "howdah-stop"));
    return told;
  }

  private void stop() {
    if (started) {
      end.complete(null);
      stopped.join();
    }
  }

  /** The node cannot go on. */
  void died(Fault fault) {
    end.complete(fault);
  }

  /** The node has started, and is waited for from now on. */
  void started() {
    started = true;
  }

  /**
   * Returns when the node is to stop.
   *
   * @throws dev.howdah.fault.FaultException why it cannot go on
   */
  void await() throws InterruptedException, ExecutionException {
    Fault died = end.get();
    if (died != null) {
      throw died.toException();
    }
  }

  /** The node has stopped. */
  @Override
  public void close() {
    stopped.complete(null);
  }
}
