package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an attempt came to, other than a fault. */
public sealed interface Outcome {

  /** The block is done. */
  record Completed(JsonNode output) implements Outcome {}

  /** The block is done at a time from now; its input is then its output. */
  record Sleeping(Instant until) implements Outcome {}

  /** The block is done when a new execution of another design is; that result is its output. */
  record Child(String design, int revision, JsonNode input) implements Outcome {}

  /**
   * The block is a container and begins to run what is inside.
   *
   * @param state what its {@link Conductor} works from; recorded, so the same after a restart
   */
  record Composed(JsonNode state) implements Outcome {}

  static CompletionStage<Outcome> completed(JsonNode output) {
    return CompletableFuture.completedFuture(new Completed(output));
  }

  static CompletionStage<Outcome> of(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
