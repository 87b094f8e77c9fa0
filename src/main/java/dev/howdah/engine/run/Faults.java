package dev.howdah.engine.run;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the fault out of whatever was thrown. */
final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  /** What comes of a stage whose execution was cancelled before it had begun. */
  static final Fault CANCELLED =
      Fault.rejected(
          "execution.cancelled",
          Blame.CALLER,
          "the execution had been cancelled before this could begin");

  private Faults() {}

  static Fault of(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && isWrapper(cause)) {
      cause = cause.getCause();
    }
    if (cause instanceof FaultException fault) {
      return fault.fault();
    }
    if (cause instanceof InterruptedException || cause instanceof CancellationException) {
      return Fault.retryable(
          "block.interrupted", Blame.ENGINE, "the block was interrupted before it was done");
    }
    LOG.error("A block failed in a way Howdah does not know; its execution fails.", cause);
    return Fault.rejected(
        "engine.unexpected",
        Blame.ENGINE,
        "an unexpected %s; the log of this node tells more"
            .formatted(cause.getClass().getSimpleName()));
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || thrown instanceof CamelExecutionException
        || thrown instanceof CamelExchangeException
        || thrown instanceof RuntimeCamelException;
  }
}
