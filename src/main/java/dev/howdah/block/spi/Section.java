package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A graph of blocks inside a container's data.
 *
 * @param name tells the sections of a container apart; empty when there is only one
 * @param pointer JSON pointer, inside the data, of what holds it; empty for the data itself
 * @param form how the blocks are written there
 * @param iterated whether {@code $item} and {@code $index} mean something inside
 * @param made the block of a section that nobody has written
 */
public record Section(
    String name, String pointer, Form form, boolean iterated, Optional<Made> made) {
  /**
   * A block that a container makes of its own data. It runs in the container's group and is tried
   * again as the container would be.
   */
  public record Made(String id, String type, ObjectNode data) {}

  /** How the blocks of a section are written. */
  public enum Form {
    /** An object with {@code blocks} and perhaps {@code connections}. */
    GRAPH,
    /** A block. */
    BLOCK,
    /** A tool: a block, or a design, whose id is its {@code name}. */
    TOOL,
    /** Not at all: the container makes the block. */
    MADE
  }

  /** The {@code blocks} and {@code connections} of the object at a pointer. */
  public static Section graph(String name, String pointer) {
    return new Section(name, pointer, Form.GRAPH, false, Optional.empty());
  }

  /** The one block at a pointer. */
  public static Section block(String name, String pointer) {
    return new Section(name, pointer, Form.BLOCK, false, Optional.empty());
  }

  /** The tool at a pointer. */
  public static Section tool(String name, String pointer) {
    return new Section(name, pointer, Form.TOOL, false, Optional.empty());
  }

  /** A block that the container makes. */
  public static Section made(String name, Made made) {
    return new Section(name, "", Form.MADE, false, Optional.of(made));
  }

  /** The same, run once per item. */
  public Section perItem() {
    return new Section(name, pointer, form, true, made);
  }
}
