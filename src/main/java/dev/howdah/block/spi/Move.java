package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.fault.Fault;
import java.util.List;
import java.util.Optional;

/** What a {@link Conductor} wants to happen next. */
public sealed interface Move {
  /** These parts run, at once; none to go on waiting for those that do. */
  record Start(List<Part> parts) implements Move {
    public Start {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The container has its output; what still runs inside is of no use any more.
   *
   * @param meta what else is worth recording, such as what its parts have used; an object
   */
  record Finish(JsonNode output, Optional<JsonNode> meta) implements Move {
    public Finish(JsonNode output) {
      this(output, Optional.empty());
    }
  }

  /** The container fails; what still runs inside is of no use any more. */
  record Fail(Fault fault) implements Move {}

  /** Nothing new; something still runs. */
  Move WAIT = new Start(List.of());

  static Move start(Part part) {
    return new Start(List.of(part));
  }
}
