package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Conductor;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Placement;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Site;
import dev.howdah.design.Block;
import dev.howdah.expression.References;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A block of a checked graph, with its kind and its bound configuration.
 *
 * @param index its position in the graph's topological order
 * @param path its id behind the ids of the containers around it, such as {@code each/fetch}
 * @param references what its expressions read
 * @param in the connections that enter it
 * @param out the connections that leave it
 * @param bodies the graphs inside a container, by section; empty for any other block
 */
public record Node(
    int index,
    String path,
    Block block,
    Configured<?> configured,
    References references,
    List<Edge> in,
    List<Edge> out,
    Map<String, Graph> bodies) {

  /** A kind together with a configuration of its own type. */
  public record Configured<C extends Record>(BlockKind<C> kind, C configuration) {
    List<List<String>> choices() {
      return kind.choices(configuration);
    }

    Conductor conductor() {
      return kind.conductor(configuration).orElseThrow();
    }

    Optional<Placement> placement(JsonNode state) {
      return kind.placement(configuration, state);
    }

    List<Map<String, Object>> write(Node node, Next next) {
      ObjectNode data = node.block().data();
      ObjectNode own = OwnData.withoutSections(data, kind.sections(data));
      return kind.write(new Site<>(node.path(), configuration, own), next);
    }
  }

  /** Who decides what runs inside; only for a container. */
  public Conductor conductor() {
    return configured.conductor();
  }

  /**
   * Which workers the stages inside are sent to; empty for whichever.
   *
   * @param state what the container began with
   */
  public Optional<Placement> placement(JsonNode state) {
    return configured.placement(state);
  }

  public boolean isContainer() {
    return !bodies.isEmpty();
  }

  public String id() {
    return block.id();
  }

  /** That of its kind; what has blocks inside always waits for them. */
  public Role role() {
    return isContainer() ? Role.SUSPENDING : configured.kind().role();
  }

  /** The Camel steps of this node and of what follows it. */
  public List<Map<String, Object>> write(Next next) {
    return configured.write(this, next);
  }

  /** The alternatives of a choosing block; see {@link BlockKind#choices}. */
  public List<List<String>> choices() {
    return configured.choices();
  }

  /** Whether several connections meet here, so that the input is an object by block id. */
  public boolean isJoin() {
    return in.size() > 1;
  }

  /** Whether nothing follows when all goes well, so that its output is part of the result. */
  public boolean isTerminal() {
    return out.stream().allMatch(Edge::onError);
  }

  /** Whether a fault of this block goes to another block instead of failing the execution. */
  public boolean catchesErrors() {
    return out.stream().anyMatch(Edge::onError);
  }
}
