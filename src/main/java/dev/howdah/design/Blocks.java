package dev.howdah.design;

import java.util.List;
import java.util.Objects;

/**
 * Blocks and the connections between them: those of a design, or of a body nested in a block.
 *
 * @param blocks in the order listed
 * @param connections in the order listed; from each block to the next, when none are given
 * @param unread what is listed beside these and was reported as wrong
 */
public record Blocks(List<Block> blocks, List<Connection> connections, Unread unread) {
  public Blocks {
    blocks = List.copyOf(blocks);
    connections = List.copyOf(connections);
    Objects.requireNonNull(unread, "unread");
  }
}
