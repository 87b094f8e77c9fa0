package dev.howdah.block.spi;

import java.util.Optional;

/**
 * Which live worker of their group the stages inside a container are sent to; resolved whenever one
 * is sent, so that it counts who lives then.
 *
 * @param key what a {@link Strategy#STICKY} worker is found by; empty for any other strategy
 * @param minWorkers how many workers must live; a stage for fewer fails
 */
public record Placement(Strategy strategy, Optional<String> key, int minWorkers) {

  /** How a worker is picked. */
  public enum Strategy {
    /** The one with the fewest stages that were sent to it and have no result. */
    LEAST_IN_FLIGHT,
    RANDOM,
    /** One after the other. */
    ROUND_ROBIN,
    /** The same one for the same key, as long as it lives. */
    STICKY
  }

  public Placement {
    if ((strategy == Strategy.STICKY) != key.isPresent()) {
      throw new IllegalArgumentException("a key is for sticky, which needs one");
    }
    if (minWorkers < 0) {
      throw new IllegalArgumentException("minWorkers is not negative");
    }
  }
}
