package dev.howdah.cli;

import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import java.util.HashMap;
import java.util.Map;

/** How far the steps of a design are indented: one level per branch and per block around them. */
final class Branches {
  private final Map<String, Integer> depths = new HashMap<>();

  static Branches of(Plan plan) {
    Branches branches = new Branches();
    branches.add(plan.graph(), 0);
    return branches;
  }

  private void add(Graph graph, int base) {
    for (Node node : graph.nodes()) {
      int depth = base;
      if (node.in().size() == 1) {
        Node source = graph.node(node.in().get(0).source());
        depth = depths.get(source.id()) + (source.out().size() > 1 ? 1 : 0);
      }
      depths.put(node.id(), depth);
      int inside = depth + 1;
      node.bodies().values().forEach(body -> add(body, inside));
    }
  }

  String indent(String path) {
    String id = path.substring(path.lastIndexOf('/') + 1);
    return "  ".repeat(depths.getOrDefault(id, 0) + 1);
  }
}
