package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an expression can see.
 *
 * <p>Immutable and cheap: it only holds references, and only what an expression reads is looked at.
 * The trees in it must not be changed while an evaluation runs.
 *
 * @param value {@code .}, the input of the block
 * @param input {@code $input}, the input of the execution
 * @param blocks {@code $blocks}, outputs by block id; asked with {@code get} for the ids that an
 *     expression names, and walked only by an expression that could read any of them
 * @param execution {@code $execution}: its id, deployment and start
 * @param iteration {@code $item} and {@code $index}; empty outside a split or loop, where both are
 *     null in an expression
 * @param secrets resolves {@code $secrets.name}; asked only for the names that an expression reads
 */
public record Scope(
    JsonNode value,
    JsonNode input,
    Map<String, JsonNode> blocks,
    ObjectNode execution,
    Optional<Iteration> iteration,
    Function<String, Optional<JsonNode>> secrets) {

  /**
   * One round of a split or loop.
   *
   * @param item {@code $item}
   * @param index {@code $index}, from 0
   */
  public record Iteration(JsonNode item, int index) {
    public Iteration {
      item = orNull(item);
      if (index < 0) {
        throw new IllegalArgumentException("an index starts at 0");
      }
    }
  }

  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  public Scope {
    value = orNull(value);
    input = orNull(input);
    Objects.requireNonNull(blocks, "blocks");
    Objects.requireNonNull(execution, "execution");
    Objects.requireNonNull(iteration, "iteration");
    Objects.requireNonNull(secrets, "secrets");
  }

  /** A scope in which the execution's input is the value and nothing else is known. */
  public static Scope of(JsonNode value) {
    return new Scope(value, value, Map.of(), NOTHING, Optional.empty(), name -> Optional.empty());
  }

  /** The same scope for another {@code .}. */
  public Scope withValue(JsonNode other) {
    return new Scope(other, input, blocks, execution, iteration, secrets);
  }

  /** The same scope inside one round of a split or loop. */
  public Scope withIteration(JsonNode item, int index) {
    return new Scope(
        value, input, blocks, execution, Optional.of(new Iteration(item, index)), secrets);
  }

  private static JsonNode orNull(JsonNode node) {
    return node == null || node instanceof MissingNode ? NullNode.instance : node;
  }

  /** Names what is there, without values: they may be large or confidential. */
  @Override
  public String toString() {
    return "Scope[" + value.getNodeType() + ", iteration=" + iteration.isPresent() + "]";
  }
}
