package dev.howdah.plan;

import dev.howdah.expression.References;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What runs between two topic hops: at most one block that is not pure, and the pure blocks around
 * it. One stage is one Camel route.
 *
 * @param id path of its first block; unique in the plan
 * @param group the worker group that runs it
 * @param nodes its blocks in an order in which each comes after what leads to it
 * @param references what its expressions read, so that a message carries no more
 */
public record Stage(String id, String group, List<Node> nodes, References references) {

  public Stage {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a stage needs a block");
    }
    nodes = List.copyOf(nodes);
  }

  public Node head() {
    return nodes.get(0);
  }

  /** The block with an effect, or the one that suspends; empty when all are pure. */
  public Optional<Node> effect() {
    return nodes.stream().filter(n -> n.role() != dev.howdah.block.spi.Role.PURE).findFirst();
  }

  public boolean contains(Node node) {
    return nodes.contains(node);
  }

  /** Whether the connection's target runs in this same route. */
  public boolean rides(Edge edge) {
    return !edge.onError() && nodes.stream().skip(1).anyMatch(n -> n.in().get(0).equals(edge));
  }

  /** The most one attempt of this stage may take, where the design says so. */
  public Optional<Duration> timeout() {
    return effect().flatMap(n -> n.block().timeout());
  }
}
