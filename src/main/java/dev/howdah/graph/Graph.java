package dev.howdah.graph;

import dev.howdah.design.Design;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A checked graph of blocks. There is no other way to one than {@link GraphCheck}, so holding one
 * is proof: ids are unique, targets exist, nothing is circular, every expression parses and refers
 * only to blocks upstream. Immutable.
 */
public final class Graph {
  private final List<Node> nodes;
  private final List<Edge> edges;
  private final Map<String, Node> byId;
  private final boolean oneEnd;
  private final boolean iterated;

  Graph(List<Node> nodes, List<Edge> edges, boolean iterated) {
    this.iterated = iterated;
    this.nodes = List.copyOf(nodes);
    this.edges = List.copyOf(edges);
    this.byId = nodes.stream().collect(Collectors.toUnmodifiableMap(Node::id, Function.identity()));
    this.oneEnd = ExclusiveEnds.atMostOneSettlesWithValue(this);
  }

  /**
   * Checks a design.
   *
   * @throws dev.howdah.design.InvalidDesignException with every problem at once
   */
  public static Graph of(Design design, Surroundings surroundings) {
    Problems problems = new Problems();
    return GraphCheck.check(DesignParser.read(design.document(), problems), surroundings, problems);
  }

  /** In topological order: a node comes after all that lead to it. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Whether it runs once per item, so that {@code $item} and {@code $index} are its own. */
  public boolean isIterated() {
    return iterated;
  }

  public List<Edge> edges() {
    return edges;
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  public Optional<Node> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The nodes that nothing leads to. */
  public List<Node> entries() {
    return nodes.stream().filter(n -> n.in().isEmpty()).toList();
  }

  /** The nodes after which nothing comes. */
  public List<Node> terminals() {
    return nodes.stream().filter(Node::isTerminal).toList();
  }

  /**
   * Whether at most one end can settle with a value, as with the branches of a router. The result
   * is then that end's output, otherwise an object by block id.
   */
  public boolean hasOneEnd() {
    return oneEnd;
  }
}
