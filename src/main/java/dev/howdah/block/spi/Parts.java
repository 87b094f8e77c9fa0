package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.expression.Scope;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Optional;

/** What a container has run so far in one execution. Not thread-safe. */
public interface Parts {
  /** What the container began with; see {@link Outcome.Composed}. */
  JsonNode state();

  /** How many parts were started. */
  int started();

  /** How many of those have not ended. */
  int open();

  /** The output of a part; empty while it runs and when it failed. */
  Optional<JsonNode> output(String section, String key);

  /** Why a part failed; empty while it runs and when it did not fail. */
  Optional<Failure> failure(String section, String key);

  /** The first failure of any part that no other part was asked about. */
  Optional<Failure> firstFailure();

  /** The outputs of all parts in the order in which they were started. */
  List<JsonNode> outputs();

  /**
   * The blocks of a part that have their output, in an order in which each comes after what leads
   * to it.
   */
  List<Done> done(String section, String key);

  /**
   * Why the container's output is of no use any more; empty as long as it is. Told to conductors
   * that are {@link Unwinding}: others are not asked again then.
   */
  Optional<Fault> interruption();

  /** What the container's expressions see, given a value for {@code .} and {@code $index}. */
  Scope scope(JsonNode input, int index);

  /**
   * A part that failed.
   *
   * @param path instance path of the step that failed
   * @param block id of that block
   */
  record Failure(String path, String block, Fault fault) {}

  /** A block with its output. */
  record Done(String block, JsonNode output) {}
}
