package dev.howdah.plan;

import dev.howdah.design.Design;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A checked design cut into stages. Immutable.
 *
 * @param name {@code design@revision}, the prefix of the names of its routes
 */
public record Plan(String name, Design design, Graph graph, Map<String, Stage> stages) {

  /** What stands behind the id of a container to tell its parts apart. */
  private static final Pattern KEY = Pattern.compile("[^A-Za-z0-9_-].*$");

  public Plan {
    stages = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(stages));
  }

  /** Cuts a checked graph into stages. */
  public static Plan of(Design design, int revision, Graph graph) {
    return new Plan(
        design.id() + "@" + revision,
        design,
        graph,
        StageCutter.cut(graph, design.mode() == Design.Mode.EXPRESS));
  }

  /** The stage that starts with this block; empty for one that rides with another. */
  public Optional<Stage> headedBy(Node node) {
    return Optional.ofNullable(stages.get(node.path()));
  }

  /** The stage that a block is in. */
  public Stage stageOf(Node node) {
    return headedBy(node)
        .orElseGet(
            () ->
                stages.values().stream()
                    .filter(stage -> stage.contains(node))
                    .findFirst()
                    .orElseThrow());
  }

  /**
   * The block of a step.
   *
   * @param path instance path, such as {@code each[17]/fetch} or {@code debate#2/anna}
   */
  public Optional<Node> node(String path) {
    Collection<Graph> graphs = List.of(graph);
    Optional<Node> node = Optional.empty();
    for (String part : path.split("/", -1)) {
      String id = KEY.matcher(part).replaceFirst("");
      node = graphs.stream().flatMap(g -> g.find(id).stream()).findFirst();
      graphs = node.map(n -> n.bodies().values()).orElse(List.of());
    }
    return node;
  }

  public Collection<Stage> all() {
    return stages.values();
  }

  /** The worker groups the design needs, in alphabetical order. */
  public Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    stages.values().forEach(s -> groups.add(s.group()));
    return groups;
  }

  /** The id of a stage's route and the name of its {@code direct:} endpoint. */
  public String routeId(Stage stage) {
    return name + "/" + stage.id();
  }
}
