package dev.howdah.block.spi;

/**
 * A graph of blocks inside a container's data.
 *
 * @param name tells the sections of a container apart; empty when there is only one
 * @param pointer JSON pointer, inside the data, of what holds it; empty for the data itself
 * @param form how the blocks are written there
 * @param iterated whether {@code $item} and {@code $index} mean something inside
 */
public record Section(String name, String pointer, Form form, boolean iterated) {
  /** How the blocks of a section are written. */
  public enum Form {
    /** An object with {@code blocks} and perhaps {@code connections}. */
    GRAPH,
    /** A block. */
    BLOCK
  }

  /** The {@code blocks} and {@code connections} of the object at a pointer. */
  public static Section graph(String name, String pointer) {
    return new Section(name, pointer, Form.GRAPH, false);
  }

  /** The one block at a pointer. */
  public static Section block(String name, String pointer) {
    return new Section(name, pointer, Form.BLOCK, false);
  }

  /** The same, run once per item. */
  public Section perItem() {
    return new Section(name, pointer, form, true);
  }
}
