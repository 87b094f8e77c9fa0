package dev.howdah.design;

/** Says where a part of a value stands in its document. */
@FunctionalInterface
public interface PositionOf {
  /**
   * The position of a part.
   *
   * @param pointer its JSON pointer from the value; empty for the value itself. What is not there
   *     has the position of the nearest part around it
   */
  Position at(String pointer);

  /**
   * The position of a character inside a string, as far as it can be told.
   *
   * @param offset index in the string, from 0
   */
  default Position at(String pointer, int offset) {
    return at(pointer);
  }

  /** The position of the key of a part, where it has one. */
  default Position key(String pointer) {
    return at(pointer);
  }
}
