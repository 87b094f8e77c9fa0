package dev.howdah.engine.run;

import dev.howdah.block.spi.Cancellation;

/**
 * Interrupts the thread that computes a block when its execution is cancelled, and never the same
 * thread at its next task.
 */
final class InterruptOnCancel {
  private Thread computing = Thread.currentThread();
  private boolean interrupted;

  InterruptOnCancel(Cancellation cancellation) {
    cancellation.onCancel(this::interrupt);
  }

  private synchronized void interrupt() {
    if (computing != null) {
      interrupted = true;
      computing.interrupt();
    }
  }

  /** The computation is over, by its own thread. */
  synchronized void release() {
    computing = null;
    if (interrupted) {
      boolean cleared = Thread.interrupted();
      interrupted = !cleared;
    }
  }
}
