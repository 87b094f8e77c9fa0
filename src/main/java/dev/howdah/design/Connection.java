package dev.howdah.design;

import java.util.Objects;
import java.util.Optional;

/**
 * An arrow between two blocks.
 *
 * @param source the id of the block it starts at
 * @param target the id of the block it leads to
 * @param on what it carries
 * @param pointer its JSON pointer in the document; of the target block, when the document lists no
 *     connections
 * @param between the participants it connects, when it is one between participants
 * @param extractsOutput whether it carries the final result alone, without how it came about
 */
public record Connection(
    String source,
    String target,
    On on,
    String pointer,
    Optional<Between> between,
    boolean extractsOutput) {

  /** What a connection carries. */
  public enum On {
    /** The source's output. What a connection without {@code on} carries. */
    RESULT,
    /** The source's fault, when it failed. */
    ERROR
  }

  /**
   * The ends of a connection between participants.
   *
   * @param source the id of a participant of the source
   * @param target the id of a participant of the target, who gets what that one came to
   */
  public record Between(String source, String target) {
    public Between {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(target, "target");
    }
  }

  /** One between blocks that carries all of an output. */
  public Connection(String source, String target, On on, String pointer) {
    this(source, target, on, pointer, Optional.empty(), false);
  }

  public Connection {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(on, "on");
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(between, "between");
  }
}
