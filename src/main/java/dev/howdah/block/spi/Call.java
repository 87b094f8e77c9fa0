package dev.howdah.block.spi;

import java.util.concurrent.CompletionStage;

/** What one block of a loaded route does per attempt. Serves many executions at once. */
@FunctionalInterface
public interface Call {

  /**
   * Runs one attempt. May block its thread while it computes; must not block it while it waits for
   * somebody else, and completes the stage from any thread instead.
   *
   * @return the outcome; completed exceptionally, or throwing, with a {@link
   *     dev.howdah.fault.FaultException} for a failed attempt
   * @throws InterruptedException when the execution was cancelled while this thread computed
   */
  CompletionStage<Outcome> run(Invocation invocation) throws InterruptedException;
}
