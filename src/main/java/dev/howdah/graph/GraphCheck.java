package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Modules;
import dev.howdah.design.Block;
import dev.howdah.design.Blocks;
import dev.howdah.design.Configuration;
import dev.howdah.design.Connection;
import dev.howdah.design.Design;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Problems;
import dev.howdah.expression.ExpressionException;
import dev.howdah.expression.References;
import dev.howdah.expression.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks a design and makes the graph of it, or reports every problem it finds. */
final class GraphCheck {
  /** More blocks than anybody draws; keeps every walk over a graph shallow. */
  private static final int MOST_BLOCKS = 1_000;

  private final Design design;
  private final Surroundings surroundings;
  private final Problems problems = new Problems();
  private final Map<String, Block> ids = new HashMap<>();

  private GraphCheck(Design design, Surroundings surroundings) {
    this.design = design;
    this.surroundings = surroundings;
  }

  static Graph check(Design design, Surroundings surroundings) {
    GraphCheck check = new GraphCheck(design, surroundings);
    Graph graph =
        check.graph(new Blocks(design.blocks(), design.connections()), "", Set.of(), false);
    check.problems.throwIfAny();
    return graph;
  }

  /**
   * @param prefix path of the container around, with a slash behind it
   * @param outside blocks upstream of the container around
   * @param inSplit whether {@code $item} means something
   */
  private Graph graph(Blocks blocks, String prefix, Set<String> outside, boolean inSplit) {
    List<Draft<?>> drafts = drafts(blocks);
    Map<String, Draft<?>> byId = new LinkedHashMap<>();
    drafts.forEach(d -> byId.putIfAbsent(d.block.id(), d));
    connect(blocks, byId);
    List<Draft<?>> ordered = TopologicalOrder.of(byId.values(), this::reportCycle);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      ordered.get(i).index = i;
    }
    for (Draft<?> draft : ordered) {
      for (Draft.Out out : draft.out) {
        Edge edge = new Edge(edges.size(), draft.index, out.target().index, out.onError());
        edges.add(edge);
        draft.outEdges.add(edge);
        out.target().inEdges.add(edge);
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (Draft<?> draft : ordered) {
      Set<String> upstream = new LinkedHashSet<>(outside);
      collectUpstream(draft, upstream);
      checkReferences(draft, upstream, inSplit);
      draft.check(this::blockCheck);
      Optional<Graph> body = body(draft, prefix, upstream);
      nodes.add(draft.node(prefix, body));
    }
    if (!problems.isEmpty()) {
      return null;
    }
    return new Graph(nodes, edges);
  }

  private Optional<Graph> body(Draft<?> draft, String prefix, Set<String> upstream) {
    if (draft.configured == null || !draft.configured.kind().isContainer()) {
      return Optional.empty();
    }
    Blocks inner =
        DesignParser.nested(design.document(), draft.block.pointer() + "/data", problems);
    return Optional.ofNullable(graph(inner, prefix + draft.block.id() + "/", upstream, true));
  }

  // ---- blocks

  private List<Draft<?>> drafts(Blocks blocks) {
    List<Draft<?>> drafts = new ArrayList<>();
    for (Block block : blocks.blocks()) {
      Block other = ids.putIfAbsent(block.id(), block);
      if (other != null) {
        problem(
            block.pointer() + "/id",
            "graph.duplicate-id",
            "a block of id \"%s\" is there already, at %s"
                .formatted(block.id(), design.document().at(other.pointer())),
            "give every block of the design an id of its own, those inside other blocks included");
      }
      drafts.add(draft(block));
    }
    if (ids.size() > MOST_BLOCKS) {
      problem(
          "/blocks",
          "graph.too-large",
          "the design has " + ids.size() + " blocks",
          "keep to " + MOST_BLOCKS + " and move parts of it into designs of their own");
    }
    return drafts;
  }

  private Draft<?> draft(Block block) {
    Optional<BlockKind<?>> kind = surroundings.kinds().find(block.type());
    if (kind.isEmpty()) {
      problem(
          block.pointer() + "/type",
          "graph.unknown-type",
          "there is no block type \"" + block.type() + "\"",
          "use one of " + String.join(", ", surroundings.kinds().types()));
      return new Draft<>(block, null, References.NONE);
    }
    return draft(block, kind.get());
  }

  private <C extends Record> Draft<C> draft(Block block, BlockKind<C> kind) {
    int before = problems.size();
    Optional<C> configuration =
        Configuration.bind(
            kind.configuration(),
            block.data(),
            pointer -> design.document().at(block.pointer() + "/data" + pointer),
            problems);
    References references = references(block, kind);
    if (problems.size() > before || configuration.isEmpty()) {
      return new Draft<>(block, null, references);
    }
    return new Draft<>(block, new Node.Configured<>(kind, configuration.get()), references);
  }

  /** What the block reads, whatever its kind calls the property. */
  private References references(Block block, BlockKind<?> kind) {
    JsonNode data = block.data();
    if (kind.isContainer()) {
      data = ((ObjectNode) data.deepCopy()).without(List.of("blocks", "connections"));
    }
    References own = block.when().map(w -> w.references()).orElse(References.NONE);
    List<ExpressionException> wrong = Template.problems(data);
    for (ExpressionException problem : wrong) {
      problem(
          block.pointer() + "/data" + problem.pointer(),
          "expression.parse",
          problem.getMessage(),
          problem.cure());
    }
    return wrong.isEmpty() ? own.and(Template.parse(data).references()) : own;
  }

  // ---- connections

  private void connect(Blocks blocks, Map<String, Draft<?>> byId) {
    Set<String> seen = new HashSet<>();
    for (Connection connection : blocks.connections()) {
      Draft<?> source = byId.get(connection.source());
      Draft<?> target = byId.get(connection.target());
      boolean knownSource = known(source, connection, connection.source(), "source", byId);
      boolean knownTarget = known(target, connection, connection.target(), "target", byId);
      if (knownSource && knownTarget && mayConnect(source, target, connection, seen)) {
        source.out.add(new Draft.Out(target, connection.on() == Connection.On.ERROR));
      }
    }
    byId.values().forEach(draft -> connectChoices(draft, byId, seen));
  }

  private boolean known(
      Draft<?> end, Connection connection, String id, String side, Map<String, Draft<?>> byId) {
    if (end == null) {
      problem(
          connection.pointer() + "/" + side,
          "graph.unknown-block",
          "the connection's %s \"%s\" is no block here".formatted(side, id),
          "use one of " + String.join(", ", byId.keySet()));
    }
    return end != null;
  }

  private boolean mayConnect(
      Draft<?> source, Draft<?> target, Connection connection, Set<String> seen) {
    if (!isWritten(connection) && !source.choices().isEmpty()) {
      problem(
          source.block.pointer(),
          "graph.connections-needed",
          "\"%s\" chooses where to go, so the order of the list does not tell the connections"
              .formatted(source.block.id()),
          "add connections: [{source: …, target: …}, …] to the design");
      return false;
    }
    if (!seen.add(key(source, target, connection.on() == Connection.On.ERROR))) {
      problem(
          connection.pointer(),
          "graph.duplicate-connection",
          "\"%s\" and \"%s\" are connected already".formatted(source.block.id(), target.block.id()),
          "remove one of the two connections");
      return false;
    }
    if (!source.choices().isEmpty()
        && connection.on() != Connection.On.ERROR
        && source.choices().stream().noneMatch(c -> c.contains(target.block.id()))) {
      problem(
          connection.pointer(),
          "graph.never-chosen",
          "\"%s\" never sends to \"%s\"".formatted(source.block.id(), target.block.id()),
          "name it in a route of \"%s\", or remove the connection".formatted(source.block.id()));
      return false;
    }
    return true;
  }

  private static boolean isWritten(Connection connection) {
    return connection.pointer().contains("/connections/");
  }

  private static String key(Draft<?> source, Draft<?> target, boolean onError) {
    return source.block.id() + "\n" + target.block.id() + "\n" + onError;
  }

  private void connectChoices(Draft<?> source, Map<String, Draft<?>> byId, Set<String> seen) {
    Set<String> targets = new LinkedHashSet<>();
    source.choices().forEach(targets::addAll);
    for (String id : targets) {
      Draft<?> target = byId.get(id);
      if (target == null) {
        problem(
            source.block.pointer() + "/data",
            "graph.unknown-block",
            "\"%s\" sends to \"%s\", which is no block here".formatted(source.block.id(), id),
            "use one of " + String.join(", ", byId.keySet()));
      } else if (seen.add(key(source, target, false))) {
        source.out.add(new Draft.Out(target, false));
      }
    }
  }

  private void reportCycle(List<Draft<?>> cycle) {
    List<String> ids = new ArrayList<>(cycle.stream().map(d -> d.block.id()).toList());
    ids.add(ids.get(0));
    problem(
        cycle.get(0).block.pointer(),
        "graph.cycle",
        "the blocks go round in a circle: " + String.join(" -> ", ids),
        "remove one of these connections; to repeat blocks, put them into a loop block");
  }

  // ---- references

  private static void collectUpstream(Draft<?> draft, Set<String> upstream) {
    for (Draft<?> source : draft.sources()) {
      if (upstream.add(source.block.id())) {
        collectUpstream(source, upstream);
      }
    }
  }

  private void checkReferences(Draft<?> draft, Set<String> upstream, boolean inSplit) {
    for (String id : draft.references.blocks()) {
      if (!upstream.contains(id)) {
        problem(
            draft.block.pointer() + "/data",
            "graph.not-upstream",
            ids.containsKey(id)
                ? "$blocks.%s is read, but \"%s\" does not come before this block".formatted(id, id)
                : "$blocks.%s is read, but there is no block \"%s\"".formatted(id, id),
            upstream.isEmpty()
                ? "no block comes before this one; read the input with . or $input"
                : "read one of " + String.join(", ", upstream));
      }
    }
    if (!inSplit && (draft.references.item() || draft.references.index())) {
      problem(
          draft.block.pointer() + "/data",
          "graph.no-item",
          "$item and $index are read, but this block is not inside a split",
          "put the block into the blocks of a split, or read the input with .");
    }
  }

  private BlockCheck blockCheck(Draft<?> draft) {
    Set<String> successors = new LinkedHashSet<>();
    draft.out.forEach(out -> successors.add(out.target().block.id()));
    return new BlockCheck() {
      @Override
      public Modules modules() {
        return surroundings.modules();
      }

      @Override
      public boolean designExists(String id) {
        return surroundings.designs().test(id);
      }

      @Override
      public String designId() {
        return design.id();
      }

      @Override
      public Set<String> successors() {
        return successors;
      }

      @Override
      public void problem(String pointer, String code, String message, String cure) {
        GraphCheck.this.problem(draft.block.pointer() + "/data" + pointer, code, message, cure);
      }
    };
  }

  private void problem(String pointer, String code, String message, String cure) {
    problems.add(code, design.document().at(pointer), message, cure);
  }
}
