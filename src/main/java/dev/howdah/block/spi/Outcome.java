package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Expression;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an attempt came to, other than a fault. */
public sealed interface Outcome {

  /**
   * The block is done.
   *
   * @param meta what else is worth recording, such as what the call has used; an object
   */
  record Completed(JsonNode output, Optional<JsonNode> meta) implements Outcome {
    public Completed(JsonNode output) {
      this(output, Optional.empty());
    }
  }

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

  /**
   * The block is done when a promise is settled; its value is then the output. A promise of that id
   * that is there already is used, and takes the title and the schema when it has none; a value
   * that does not fit this schema fails the block.
   *
   * @param id empty for one of the step's own
   * @param until when it times out; empty for never
   * @param title for people; may be empty
   * @param schema JSON Schema of its value; empty for anything
   */
  record Promised(String id, Optional<Instant> until, String title, Optional<JsonNode> schema)
      implements Outcome {}

  /**
   * Another design runs, and nobody waits for it.
   *
   * @param output the block's output
   */
  record Spawned(String design, int revision, JsonNode input, JsonNode output) implements Outcome {}

  /** The block is done, and so is all that depends on it: its connections are skipped. */
  record Dropped() implements Outcome {}

  /**
   * What becomes of the block depends on what other executions have left; the store is asked when
   * the step is recorded.
   */
  sealed interface Shared extends Outcome {}

  /**
   * Done with the output if nobody had that key before, otherwise dropped.
   *
   * @param scope whose keys these are
   * @param until when the key may come again
   */
  record Once(String scope, String key, Instant until, JsonNode output) implements Shared {}

  /**
   * Done with its input when its turn has come.
   *
   * @param name of what is paced
   * @param interval from one turn to the next
   * @param burst how many may come at once after a pause
   */
  record Paced(String name, Duration interval, int burst) implements Shared {}

  /**
   * The value joins others. The step that brought the first of them is done when they are complete,
   * with the list of them; the others are dropped.
   *
   * @param scope whose groups these are
   * @param key of the group
   * @param size how many make it complete; 0 for any number
   * @param within how long after the first it is complete however few there are; empty for never
   * @param last whether this value completes it
   * @param enough what holds for a group that is complete, with the list of its values as {@code .}
   *     and nothing else to be seen; evaluated where the step is recorded
   */
  record Gathered(
      String scope,
      String key,
      JsonNode value,
      int size,
      Optional<Duration> within,
      boolean last,
      Optional<Expression> enough)
      implements Shared {
    /** A group of as many values is complete. */
    public static final int MOST = 100_000;

    /** A group of as many values is complete when each value makes all of them be looked at. */
    public static final int MOST_SEEN = 1_000;
  }

  static CompletionStage<Outcome> completed(JsonNode output) {
    return CompletableFuture.completedFuture(new Completed(output));
  }

  static CompletionStage<Outcome> of(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
