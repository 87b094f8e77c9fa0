package dev.howdah.design;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.expression.Expression;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One box of a design.
 *
 * @param id unique in its design or body
 * @param type the block kind
 * @param data the kind's configuration, as written; never changed
 * @param group the worker group that runs it
 * @param timeout how long one attempt may take, when the design says so
 * @param retry how failed attempts are tried again
 * @param when runs the block only if true, when the design says so
 * @param description for people, empty when there is none
 * @param pointer its JSON pointer in the document
 * @param dataPointer the JSON pointer of its configuration
 */
public record Block(
    String id,
    String type,
    ObjectNode data,
    String group,
    Optional<Duration> timeout,
    Retry retry,
    Optional<Expression> when,
    String description,
    String pointer,
    String dataPointer) {

  /** The group of a block that names none. */
  public static final String DEFAULT_GROUP = "default";

  public Block {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(when, "when");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(dataPointer, "dataPointer");
  }
}
