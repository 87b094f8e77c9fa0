package dev.howdah.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Decides whether at most one of a graph's ends can settle with a value.
 *
 * <p>A node that runs comes to one of its alternatives: an output, which goes to all its
 * connections, or to those of one route in a router; or a fault, which goes to its error
 * connections. Two ends can both settle with a value exactly when there are ways to them that agree
 * on the alternative at every node they share. Such ways are searched for by two walkers, of whom
 * the one further back in topological order goes on, so that they stand on a shared node at the
 * same time.
 */
final class ExclusiveEnds {
  private final int size;
  private final List<List<int[]>> alternatives = new ArrayList<>();
  private final BitSet seen = new BitSet();
  private final ArrayDeque<int[]> open = new ArrayDeque<>();

  private ExclusiveEnds(Graph graph) {
    this.size = graph.nodes().size();
    for (Node node : graph.nodes()) {
      alternatives.add(alternatives(graph, node));
    }
  }

  static boolean atMostOneSettlesWithValue(Graph graph) {
    return graph.terminals().size() < 2 || !new ExclusiveEnds(graph).twoCanSettle(graph);
  }

  private boolean twoCanSettle(Graph graph) {
    List<Node> entries = graph.entries();
    for (Node a : entries) {
      for (Node b : entries) {
        add(a.index(), b.index());
      }
    }
    while (!open.isEmpty()) {
      int[] pair = open.remove();
      int behind = pair[0];
      int ahead = pair[1];
      if (behind >= size) {
        if (behind != ahead) {
          return true;
        }
      } else if (behind == ahead) {
        goOnTogether(behind);
      } else {
        alternatives.get(behind).forEach(ways -> goOn(ways, ahead));
      }
    }
    return false;
  }

  private void goOnTogether(int node) {
    for (int[] ways : alternatives.get(node)) {
      for (int way : ways) {
        goOn(ways, way);
      }
    }
  }

  private void goOn(int[] ways, int other) {
    for (int way : ways) {
      add(way, other);
    }
  }

  private void add(int a, int b) {
    int behind = Math.min(a, b);
    int ahead = Math.max(a, b);
    int key = behind * 2 * size + ahead;
    if (!seen.get(key)) {
      seen.set(key);
      open.add(new int[] {behind, ahead});
    }
  }

  /**
   * For each alternative, where it leads: indices of nodes. A settled end is the index of its node
   * plus the number of nodes.
   */
  private List<int[]> alternatives(Graph graph, Node node) {
    List<int[]> found = new ArrayList<>();
    for (List<String> targets : node.choices()) {
      found.add(
          node.out().stream()
              .filter(e -> !e.onError() && targets.contains(graph.node(e.target()).id()))
              .mapToInt(Edge::target)
              .toArray());
    }
    if (node.isTerminal()) {
      found.add(new int[] {node.index() + size});
    } else if (node.choices().isEmpty()) {
      found.add(node.out().stream().filter(e -> !e.onError()).mapToInt(Edge::target).toArray());
    }
    if (node.catchesErrors()) {
      found.add(node.out().stream().filter(Edge::onError).mapToInt(Edge::target).toArray());
    }
    return found;
  }
}
