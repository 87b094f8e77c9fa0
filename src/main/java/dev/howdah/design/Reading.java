package dev.howdah.design;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;

/**
 * A design as far as it could be read, so that what is right in it can be checked further although
 * something else is wrong.
 *
 * @param id of the design; empty when it cannot be told
 * @param input JSON Schema of the execution's input, when the design has one that may be one
 * @param blocks those that could be read
 * @param document what it was read from
 * @param design the whole design; empty when anything is wrong in its form
 */
public record Reading(
    String id,
    Optional<JsonNode> input,
    Blocks blocks,
    Document document,
    Optional<Design> design) {
  public Reading {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(blocks, "blocks");
    Objects.requireNonNull(document, "document");
    Objects.requireNonNull(design, "design");
  }
}
