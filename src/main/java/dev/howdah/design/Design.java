package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A design as its author wrote it, right in form. Whether it makes sense as a graph is checked
 * later.
 *
 * @param id stable name in URLs and routes
 * @param name for people
 * @param description for people, empty when there is none
 * @param input JSON Schema of the execution's input, when the design has one
 * @param mode whether executions survive the process
 * @param timeout how long an execution may take, when the design says so
 * @param blocks in the order listed, at least one
 * @param connections in the order listed; from each block to the next, when none are given
 * @param document what it was read from
 */
public record Design(
    String id,
    String name,
    String description,
    Optional<JsonNode> input,
    Mode mode,
    Optional<Duration> timeout,
    List<Block> blocks,
    List<Connection> connections,
    Document document) {

  /** Whether executions survive the process. */
  public enum Mode {
    /** Every step is recorded and survives a crash. */
    DURABLE,
    /** In memory: faster, lost with the process. */
    EXPRESS
  }

  public Design {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(document, "document");
    blocks = List.copyOf(blocks);
    connections = List.copyOf(connections);
  }
}
