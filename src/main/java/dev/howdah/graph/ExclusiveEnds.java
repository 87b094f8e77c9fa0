package dev.howdah.graph;

import java.util.BitSet;
import java.util.List;

/**
 * Decides whether at most one of a graph's ends can settle with a value.
 *
 * <p>Two ends exclude each other when some choosing node lies on every way to both of them and no
 * choice of it leads to both. Choosing nodes are routers, whose targets exclude each other unless
 * one route names both, and nodes with error connections, which give either an output or a fault.
 */
final class ExclusiveEnds {
  private ExclusiveEnds() {}

  static boolean atMostOneSettlesWithValue(Graph graph) {
    List<Node> ends = graph.terminals();
    for (int i = 0; i < ends.size(); i++) {
      for (int j = i + 1; j < ends.size(); j++) {
        if (!exclude(graph, ends.get(i), ends.get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean exclude(Graph graph, Node a, Node b) {
    for (Node chooser : graph.nodes()) {
      if (!dominates(graph, chooser, a) || !dominates(graph, chooser, b)) {
        continue;
      }
      // An end that catches its own errors is the value choice; what its fault leads to is the
      // other.
      BitSet[] choices = choices(graph, chooser);
      boolean apart = choices.length > 1;
      for (BitSet choice : choices) {
        apart &= !(choice.get(a.index()) && choice.get(b.index()));
      }
      if (apart) {
        return true;
      }
    }
    return false;
  }

  /**
   * For each thing the node can choose, the nodes that may then run, itself included for an end.
   */
  private static BitSet[] choices(Graph graph, Node node) {
    if (node.catchesErrors()) {
      BitSet output = reach(graph, node, false);
      output.set(node.index());
      return new BitSet[] {output, reach(graph, node, true)};
    }
    return node.choices().stream()
        .map(
            targets -> {
              BitSet reached = new BitSet();
              for (Edge edge : node.out()) {
                if (targets.contains(graph.node(edge.target()).id())) {
                  mark(graph, edge.target(), reached);
                }
              }
              return reached;
            })
        .toArray(BitSet[]::new);
  }

  private static BitSet reach(Graph graph, Node node, boolean onError) {
    BitSet reached = new BitSet();
    for (Edge edge : node.out()) {
      if (edge.onError() == onError) {
        mark(graph, edge.target(), reached);
      }
    }
    return reached;
  }

  private static void mark(Graph graph, int index, BitSet reached) {
    if (!reached.get(index)) {
      reached.set(index);
      graph.node(index).out().forEach(edge -> mark(graph, edge.target(), reached));
    }
  }

  /** Whether every way from an entry to the node leads over the chooser. */
  private static boolean dominates(Graph graph, Node chooser, Node node) {
    if (chooser.index() == node.index()) {
      return true;
    }
    BitSet without = new BitSet();
    for (Node n : graph.nodes()) {
      boolean reachable =
          n.in().isEmpty() || n.in().stream().anyMatch(edge -> without.get(edge.source()));
      if (reachable && n.index() != chooser.index()) {
        without.set(n.index());
      }
    }
    return !without.get(node.index());
  }
}
