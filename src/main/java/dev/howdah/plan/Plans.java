package dev.howdah.plan;

import java.util.Optional;

/** Where plans come from by name. Thread-safe; may block for as long as a compilation takes. */
@FunctionalInterface
public interface Plans {

  /**
   * The plan of {@code design@revision}; empty when that revision is not known here.
   *
   * @throws dev.howdah.design.InvalidDesignException when it is known and does not compile here
   */
  Optional<Plan> find(String name);
}
