package dev.howdah.engine;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import dev.howdah.store.StepStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps account of the tokens of one execution, from nothing but what its flow decides: a block
 * that settles gives each of its connections one token, a block is entered once and not before all
 * its tokens are there, and when the execution completes no connection is without one.
 */
final class TokenLedger {
  private final Plan plan;

  /** The graph that a block is in, by its id, which is unique in a design. */
  private final Map<String, Graph> graphs = new HashMap<>();

  /** Whether the token of a connection is a value, by scope and ends. */
  private final Map<String, Boolean> tokens = new HashMap<>();

  private final Set<String> entered = new HashSet<>();
  private final Set<String> settled = new HashSet<>();

  TokenLedger(Plan plan) {
    this.plan = plan;
    collect(plan.graph());
  }

  private void collect(Graph graph) {
    for (Node node : graph.nodes()) {
      graphs.put(node.id(), graph);
      node.bodies().values().forEach(this::collect);
    }
  }

  /** Enters what a flow has decided. */
  void take(Decision decision) {
    decision.steps().forEach(this::row);
    decision.dispatches().forEach(this::sent);
    if (decision.ending().filter(how -> how instanceof Ending.Completed).isPresent()) {
      checkAll("", plan.graph());
    }
  }

  /** How many tokens were given. */
  int tokens() {
    return tokens.size();
  }

  private void sent(Dispatch dispatch) {
    if (dispatch.attempt() == 1) {
      enter(dispatch.path());
    } else if (!entered.contains(dispatch.path()) || settled.contains(dispatch.path())) {
      throw new AssertionError(
          dispatch.path() + " is tried again and was not tried or has settled");
    }
  }

  private void row(Decision.Step step) {
    if (step.status() == StepStatus.CANCELLED) {
      return;
    }
    if (!entered.contains(step.path())) {
      enter(step.path());
    }
    if (step.status() == StepStatus.WAITING || step.status() == StepStatus.RETRIED) {
      return;
    }
    String prefix = prefix(step.path());
    Graph graph = graphs.get(id(step.path()));
    Node node = node(step.path());
    settle(step.path());
    switch (step.status()) {
      case COMPLETED -> {
        checkItems(step, node);
        give(prefix, graph, node, edge -> !edge.onError() && isTaken(step.taken(), graph, edge));
      }
      case SKIPPED -> give(prefix, graph, node, edge -> false);
      case FAILED -> {
        if (node.catchesErrors()) {
          give(prefix, graph, node, Edge::onError);
        }
      }
      case RETRIED, WAITING, CANCELLED -> throw new AssertionError(step.status());
    }
  }

  private static boolean isTaken(Optional<List<String>> taken, Graph graph, Edge edge) {
    return taken.isEmpty() || taken.get().contains(graph.node(edge.target()).id());
  }

  private void enter(String path) {
    if (!entered.add(path)) {
      throw new AssertionError(path + " is entered a second time");
    }
    String prefix = prefix(path);
    Graph graph = graphs.get(id(path));
    Node node = node(path);
    boolean value = node.in().isEmpty();
    for (Edge edge : node.in()) {
      Boolean token = tokens.get(key(prefix, graph, edge));
      if (token == null) {
        throw new AssertionError(path + " is entered before connection " + edge + " has a token");
      }
      value |= token;
    }
    if (!value) {
      throw new AssertionError(path + " is entered and all its tokens are skipped");
    }
  }

  private void settle(String path) {
    if (!settled.add(path)) {
      throw new AssertionError(path + " settles a second time");
    }
  }

  private interface Carries {
    boolean value(Edge edge);
  }

  private void give(String prefix, Graph graph, Node node, Carries carries) {
    for (Edge edge : node.out()) {
      if (tokens.put(key(prefix, graph, edge), carries.value(edge)) != null) {
        throw new AssertionError(prefix + " " + edge + " gets a second token");
      }
    }
    for (Edge edge : node.out()) {
      Node target = graph.node(edge.target());
      boolean isSkipped =
          target.in().stream()
              .allMatch(in -> Boolean.FALSE.equals(tokens.get(key(prefix, graph, in))));
      if (isSkipped && !settled.contains(prefix + target.id())) {
        settle(prefix + target.id());
        give(prefix, graph, target, out -> false);
      }
    }
  }

  /** A split is done when all its items are. */
  private void checkItems(Decision.Step step, Node node) {
    if (node.block().type().equals("split")) {
      int items = step.output().orElseThrow().node().size();
      for (int i = 0; i < items; i++) {
        checkAll(step.path() + "[" + i + "]/", node.bodies().get(""));
      }
    }
  }

  private void checkAll(String prefix, Graph graph) {
    for (Edge edge : graph.edges()) {
      if (!tokens.containsKey(key(prefix, graph, edge))) {
        throw new AssertionError(prefix + " is done and " + edge + " has no token");
      }
    }
    for (Node node : graph.nodes()) {
      if (!settled.contains(prefix + node.id())) {
        throw new AssertionError(prefix + " is done and " + node.id() + " has not settled");
      }
    }
  }

  private static String key(String prefix, Graph graph, Edge edge) {
    String ends = graph.node(edge.source()).id() + " " + graph.node(edge.target()).id();
    return prefix + ends + (edge.onError() ? " on error" : "");
  }

  private static String prefix(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private Node node(String path) {
    return graphs.get(id(path)).find(id(path)).orElseThrow();
  }
}
