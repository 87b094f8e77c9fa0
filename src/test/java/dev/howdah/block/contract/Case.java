package dev.howdah.block.contract;

/**
 * What a kind of block is held to in one respect, or why there is nothing to hold it to.
 *
 * @param <T> what is expected
 */
sealed interface Case<T> {
  /** There is such a case. */
  record Is<T>(T expected) implements Case<T> {}

  /** There cannot be one. */
  record Cannot<T>(String reason) implements Case<T> {}

  static <T> Case<T> of(T expected) {
    return new Is<>(expected);
  }

  static <T> Case<T> cannot(String reason) {
    return new Cannot<>(reason);
  }
}
