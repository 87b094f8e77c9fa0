package dev.howdah.plan;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.spi.Next;
import dev.howdah.block.spi.Steps;
import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Writes a plan as Camel YAML: one route per stage, as a person would write it by hand. Exactly
 * this text is loaded, printed and shown. What the engine decides when an attempt fails is no part
 * of a route, and told in its description.
 */
public final class RouteWriter {
  /** Ends the id of the filter that a block's {@code when} becomes. */
  public static final String WHEN = ".when";

  private final Plan plan;

  private RouteWriter(Plan plan) {
    this.plan = plan;
  }

  /** The routes of all stages. */
  public static String write(Plan plan) {
    RouteWriter writer = new RouteWriter(plan);
    List<Object> routes = new ArrayList<>();
    writer.routes(plan.graph(), routes);
    return dump(routes);
  }

  private void routes(Graph graph, List<Object> routes) {
    for (Node node : graph.nodes()) {
      plan.headedBy(node).ifPresent(stage -> routes.add(route(graph, stage)));
      node.bodies().values().forEach(body -> routes(body, routes));
    }
  }

  private Map<String, Object> route(Graph graph, Stage stage) {
    Map<String, Object> from = new LinkedHashMap<>();
    from.put("uri", "direct:" + plan.routeId(stage));
    from.put("steps", steps(graph, stage, stage.head()));
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("id", plan.routeId(stage));
    route.put("nodePrefixId", plan.name() + "/");
    String decided = Decided.of(graph, stage);
    if (!decided.isEmpty()) {
      route.put("description", decided);
    }
    route.put("from", from);
    return Map.of("route", route);
  }

  private List<Map<String, Object>> steps(Graph graph, Stage stage, Node node) {
    List<Map<String, Object>> steps = node.write(new Following(graph, stage, node));
    return node.block()
        .when()
        .map(
            when ->
                List.of(
                    Steps.eip(
                        "filter", node.path() + WHEN, TextNode.valueOf(when.source()), steps)))
        .orElse(steps);
  }

  private static String dump(List<Object> routes) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setIndent(2)
            .setWidth(120)
            .setSplitLines(false)
            .setDereferenceAliases(true)
            .build();
    // Nested lists are indented, which would indent the outermost as well.
    return new Dump(settings).dumpToString(routes).indent(-2);
  }

  /** What follows one node of a stage. */
  private final class Following implements Next {
    private final Graph graph;
    private final Stage stage;
    private final Node node;

    Following(Graph graph, Stage stage, Node node) {
      this.graph = graph;
      this.stage = stage;
      this.node = node;
    }

    @Override
    public List<Map<String, Object>> all() {
      return branches(edge -> true);
    }

    @Override
    public List<Map<String, Object>> to(List<String> targets) {
      return branches(edge -> targets.contains(graph.node(edge.target()).id()));
    }

    @Override
    public List<Map<String, Object>> body() {
      List<List<Map<String, Object>>> branches = new ArrayList<>();
      for (Node entry : node.bodies().get("").entries()) {
        branches.add(List.of(toStage(entry)));
      }
      return join(branches);
    }

    private List<Map<String, Object>> branches(Predicate<Edge> wanted) {
      List<List<Map<String, Object>>> branches = new ArrayList<>();
      for (Edge edge : node.out()) {
        if (!edge.onError() && wanted.test(edge)) {
          Node target = graph.node(edge.target());
          branches.add(stage.rides(edge) ? steps(graph, stage, target) : List.of(toStage(target)));
        }
      }
      return join(branches);
    }

    private Map<String, Object> toStage(Node target) {
      return Steps.toStage(plan.name() + "/" + target.path());
    }

    /** Several ways on are a multicast, so that what one of them does the others do not see. */
    private List<Map<String, Object>> join(List<List<Map<String, Object>>> branches) {
      if (branches.size() < 2) {
        return branches.isEmpty() ? List.of() : branches.get(0);
      }
      List<Object> steps = new ArrayList<>();
      for (List<Map<String, Object>> branch : branches) {
        steps.add(branch.size() == 1 ? branch.get(0) : Map.of("pipeline", Map.of("steps", branch)));
      }
      return List.of(Map.of("multicast", Map.of("steps", steps)));
    }
  }
}
