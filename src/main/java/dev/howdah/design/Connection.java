package dev.howdah.design;

import java.util.Objects;

/**
 * An arrow between two blocks.
 *
 * @param source the id of the block it starts at
 * @param target the id of the block it leads to
 * @param on what it carries
 * @param pointer its JSON pointer in the document; of the target block, when the document lists no
 *     connections
 */
public record Connection(String source, String target, On on, String pointer) {

  /** What a connection carries. */
  public enum On {
    /** The source's output. What a connection without {@code on} carries. */
    RESULT,
    /** The source's fault, when it failed. */
    ERROR
  }

  public Connection {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(on, "on");
    Objects.requireNonNull(pointer, "pointer");
  }
}
