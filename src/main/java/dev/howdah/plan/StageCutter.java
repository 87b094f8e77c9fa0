package dev.howdah.plan;

import dev.howdah.block.spi.Role;
import dev.howdah.expression.References;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a graph into stages, so that pure blocks cost no hop of their own.
 *
 * <p>A block rides with its predecessor when it has no other one, gets its output rather than its
 * fault, and names no other group. A pure block rides with anything but a block that suspends. A
 * block that is not pure rides only behind an unbranched chain of pure ones, whose last it is the
 * only successor of. In an express design, where nothing is recorded between blocks, that chain may
 * hold others that are not pure. Nothing rides with a router that leads to it in more than one of
 * its routes.
 */
final class StageCutter {
  /** Filters and routers are written inside each other, which has to stay readable and loadable. */
  private static final int MOST_IN_STAGE = 32;

  private final Map<Node, List<Node>> stageOf = new LinkedHashMap<>();

  private final boolean express;

  private StageCutter(boolean express) {
    this.express = express;
  }

  /**
   * The stages of a graph and of the graphs inside it, by id.
   *
   * @param express whether steps need not be recorded before what follows
   */
  static Map<String, Stage> cut(Graph graph, boolean express) {
    Map<String, Stage> stages = new LinkedHashMap<>();
    new StageCutter(express).cut(graph, stages);
    return stages;
  }

  private void cut(Graph graph, Map<String, Stage> stages) {
    List<List<Node>> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<Node> ridden = ridesWith(graph, node);
      if (ridden == null) {
        ridden = new ArrayList<>();
        found.add(ridden);
      }
      ridden.add(node);
      stageOf.put(node, ridden);
    }
    for (List<Node> nodes : found) {
      Stage stage = stage(nodes);
      stages.put(stage.id(), stage);
      nodes.forEach(n -> n.bodies().values().forEach(body -> cut(body, stages)));
    }
  }

  private List<Node> ridesWith(Graph graph, Node node) {
    if (node.in().size() != 1) {
      return null;
    }
    Edge edge = node.in().get(0);
    Node source = graph.node(edge.source());
    List<Node> stage = stageOf.get(source);
    if (edge.onError()
        || source.role() == Role.SUSPENDING
        || source.configured().kind().staysAlone()
        || stage.size() == MOST_IN_STAGE
        || isChosenMoreThanOnce(source, node)) {
      return null;
    }
    boolean hasEffect = stage.stream().anyMatch(n -> n.role() != Role.PURE);
    if (node.role() == Role.PURE) {
      boolean sameGroup = node.block().group().equals(group(stage)) || isDefault(node);
      return sameGroup ? stage : null;
    }
    boolean endsUnbranchedChain =
        (express || !hasEffect) && stage.stream().allMatch(n -> n.out().size() == 1);
    boolean sameGroup = stage.stream().allMatch(n -> isDefault(n) || sameGroup(n, node));
    return endsUnbranchedChain && sameGroup ? stage : null;
  }

  /** Its steps would be in the route more than once. */
  private static boolean isChosenMoreThanOnce(Node source, Node target) {
    return source.choices().stream().filter(c -> c.contains(target.id())).count() > 1;
  }

  private static Stage stage(List<Node> nodes) {
    References references = References.NONE;
    for (Node node : nodes) {
      references = references.and(node.references());
    }
    return new Stage(nodes.get(0).path(), group(nodes), nodes, references);
  }

  private static String group(List<Node> stage) {
    return stage.stream()
        .filter(n -> n.role() != Role.PURE)
        .findFirst()
        .or(() -> stage.stream().filter(n -> !isDefault(n)).findFirst())
        .orElse(stage.get(0))
        .block()
        .group();
  }

  private static boolean isDefault(Node node) {
    return node.block().group().equals(dev.howdah.design.Block.DEFAULT_GROUP);
  }

  private static boolean sameGroup(Node a, Node b) {
    return a.block().group().equals(b.block().group());
  }
}
