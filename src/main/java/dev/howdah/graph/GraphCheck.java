package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Modules;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Section;
import dev.howdah.design.Block;
import dev.howdah.design.Blocks;
import dev.howdah.design.Configuration;
import dev.howdah.design.DesignParser;
import dev.howdah.design.Problems;
import dev.howdah.design.Reading;
import dev.howdah.design.Suggestion;
import dev.howdah.design.Unread;
import dev.howdah.expression.ExpressionException;
import dev.howdah.expression.References;
import dev.howdah.expression.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a design and makes the graph of it, or reports every problem it finds. Of a design that is
 * wrong in form it checks what does not depend on the parts that are wrong.
 */
final class GraphCheck {
  /** More blocks than anybody draws; keeps every walk over a graph shallow. */
  private static final int MOST_BLOCKS = 1_000;

  private final Reading design;
  private final Surroundings surroundings;
  private final Problems problems;
  private final Findings findings;
  private final Map<String, Block> ids = new HashMap<>();
  private final List<Unread> unread = new ArrayList<>();
  private final Map<String, Block> paths = new HashMap<>();

  private GraphCheck(Reading design, Surroundings surroundings, Problems problems) {
    this.design = design;
    this.surroundings = surroundings;
    this.problems = problems;
    this.findings = new Findings(design.document(), problems);
  }

  /**
   * @param problems what is wrong in the form of the design
   * @throws dev.howdah.design.InvalidDesignException with those and all others
   */
  static Graph check(Reading design, Surroundings surroundings, Problems problems) {
    GraphCheck check = new GraphCheck(design, surroundings, problems);
    check.size();
    design.input().ifPresent(schema -> SchemaCheck.check(schema, "/input", check.findings));
    Graph graph = check.graph(design.blocks(), Section.graph("", ""), "", Set.of(), false, true);
    problems.throwIfAny();
    return graph;
  }

  /** A design that is far too large is not looked at any further. */
  private void size() {
    int count = count(design.document().root().path("blocks"));
    if (count > MOST_BLOCKS) {
      findings.add(
          "/blocks",
          "graph.too-large",
          "the design has " + count + " blocks",
          "keep to " + MOST_BLOCKS + " and move parts of it into designs of their own");
      problems.throwIfAny();
    }
  }

  private static int count(JsonNode blocks) {
    int count = 0;
    for (JsonNode block : blocks) {
      count += 1 + nested(block.path("data"));
    }
    return count;
  }

  /** Blocks may be anywhere in a container's data. */
  private static int nested(JsonNode data) {
    int count = 0;
    for (JsonNode value : data) {
      count += nested(value);
    }
    return count + (data.path("blocks").isArray() ? data.get("blocks").size() : 0);
  }

  /**
   * @param section where they stand, and how they are written
   * @param prefix path of the container around, with a slash behind it
   * @param outside blocks upstream of the container around
   * @param perItem whether {@code $item} means something
   * @param outsideIsClear whether {@code outside} holds them all
   */
  private Graph graph(
      Blocks listed,
      Section section,
      String prefix,
      Set<String> outside,
      boolean perItem,
      boolean outsideIsClear) {
    Blocks blocks = Handovers.write(listed, surroundings.kinds(), findings);
    unread.add(blocks.unread());
    Map<String, Draft<?>> byId = drafts(blocks, section.form(), prefix);
    Wiring.connect(blocks, byId, findings);
    boolean clear =
        outsideIsClear
            && blocks.unread().isEmpty()
            && byId.values().stream().allMatch(draft -> draft.leadsWhereItShows);
    List<Draft<?>> ordered = TopologicalOrder.of(byId.values(), this::reportCycle);
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      ordered.get(i).index = i;
    }
    for (Draft<?> draft : ordered) {
      for (Draft.Out out : draft.out) {
        Edge edge =
            new Edge(edges.size(), draft.index, out.target().index, out.onError(), out.extracts());
        edges.add(edge);
        draft.outEdges.add(edge);
        out.target().inEdges.add(edge);
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (Draft<?> draft : ordered) {
      Set<String> upstream = new LinkedHashSet<>(outside);
      collectUpstream(draft, upstream);
      ReferenceCheck.check(
          draft,
          upstream,
          ids.keySet(),
          id -> mayBeUpstream(id, clear),
          perItem || draft.countsRounds(),
          findings);
      draft.check(this::blockCheck);
      nodes.add(draft.node(prefix, bodies(draft, prefix, upstream, perItem, clear)));
    }
    if (!problems.isEmpty()) {
      return null;
    }
    return new Graph(nodes, edges, section.iterated());
  }

  /** Whether only what is wrong elsewhere hides that a block comes before another. */
  private boolean mayBeUpstream(String id, boolean clear) {
    return ids.containsKey(id) ? !clear : unread.stream().anyMatch(gap -> gap.mayHold(id));
  }

  private Map<String, Graph> bodies(
      Draft<?> draft, String prefix, Set<String> upstream, boolean perItem, boolean clear) {
    Map<String, Graph> bodies = new LinkedHashMap<>();
    String inside = prefix + draft.block.id() + "/";
    for (Section section : draft.sections) {
      if (section.form() == Section.Form.MADE && draft.configured == null) {
        continue;
      }
      Blocks inner = blocks(draft.block, section);
      Graph body = graph(inner, section, inside, upstream, perItem || section.iterated(), clear);
      if (body != null) {
        bodies.put(section.name(), body);
      }
    }
    return bodies;
  }

  private Blocks blocks(Block container, Section section) {
    String pointer = container.dataPointer() + section.pointer();
    return switch (section.form()) {
      case GRAPH -> DesignParser.nested(design.document(), pointer, problems);
      case BLOCK -> DesignParser.participant(design.document(), pointer, problems);
      case TOOL -> DesignParser.tool(design.document(), pointer, problems);
      case MADE -> new Blocks(List.of(made(container, section)), List.of(), Unread.NOTHING);
    };
  }

  /** What is wrong with it is wrong with the container. */
  private static Block made(Block container, Section section) {
    Section.Made made = section.made().orElseThrow();
    return new Block(
        made.id(),
        made.type(),
        made.data(),
        container.group(),
        container.timeout(),
        container.retry(),
        Optional.empty(),
        "",
        container.pointer(),
        container.dataPointer());
  }

  private Map<String, Draft<?>> drafts(Blocks blocks, Section.Form form, String prefix) {
    Map<String, Draft<?>> drafts = new LinkedHashMap<>();
    for (Block block : blocks.blocks()) {
      Block other = taken(block, form, prefix);
      if (other != null) {
        findings.add(
            block.pointer() + "/id",
            "graph.duplicate-id",
            "a block of id \"%s\" is there already, at %s"
                .formatted(block.id(), design.document().at(other.pointer())),
            "give every block of the design an id of its own, those inside other blocks included");
      }
      drafts.putIfAbsent(block.id(), draft(block));
    }
    return drafts;
  }

  /**
   * The block that has the id already; null when none has. Nobody outside its container can mean a
   * block that stands by itself in a section, so its id need be its own only in there.
   */
  private Block taken(Block block, Section.Form form, String prefix) {
    Block inPlace = paths.putIfAbsent(prefix + block.id(), block);
    Block inDesign = form == Section.Form.GRAPH ? ids.putIfAbsent(block.id(), block) : null;
    return inPlace == null ? inDesign : inPlace;
  }

  private Draft<?> draft(Block block) {
    Optional<BlockKind<?>> kind = surroundings.kinds().find(block.type());
    if (kind.isEmpty()) {
      var types = surroundings.kinds().types();
      findings.add(
          block.pointer() + "/type",
          "graph.unknown-type",
          "there is no block type \"" + block.type() + "\"",
          Suggestion.of(block.type(), types)
              .map(meant -> "did you mean \"" + meant + "\"?")
              .orElseGet(() -> "use one of " + String.join(", ", types)));
      return new Draft<>(block, null, References.NONE, List.of(), false);
    }
    if (kind.get().role() == Role.PURE && !block.retry().on().isEmpty()) {
      findings.add(
          block.pointer() + "/retry/on",
          "graph.retry-of-pure",
          "\"%s\" depends on its input alone, so it would fail again in the same way"
              .formatted(block.id()),
          "remove on");
    }
    return draft(block, kind.get());
  }

  private <C extends Record> Draft<C> draft(Block block, BlockKind<C> kind) {
    boolean hasData = hasData(block);
    List<Section> sections = hasData ? kind.sections(block.data()) : List.of();
    Optional<C> configuration =
        hasData
            ? Configuration.bind(
                kind.configuration(),
                block.data(),
                design.document().under(block.dataPointer()),
                problems)
            : Optional.empty();
    return new Draft<>(
        block,
        configuration.map(c -> new Node.Configured<>(kind, c)).orElse(null),
        references(block, sections, configuration.isPresent()),
        sections,
        configuration.isPresent() || !kind.passesOn());
  }

  /** Whether the data is what was written; what stands there instead has been reported. */
  private boolean hasData(Block block) {
    JsonNode written = design.document().root().at(block.dataPointer());
    return written.isObject() || written.isMissingNode() || written.isNull();
  }

  /**
   * What the block reads, whatever its kind calls the property.
   *
   * @param bound whether what is wrong with its expressions has not been reported yet
   */
  private References references(Block block, List<Section> sections, boolean bound) {
    JsonNode data = OwnData.of(block.data(), sections);
    References own = block.when().map(w -> w.references()).orElse(References.NONE);
    try {
      return own.and(Template.parse(data).references());
    } catch (ExpressionException first) {
      for (ExpressionException e :
          bound ? Template.problems(data) : List.<ExpressionException>of()) {
        problems.add(
            "design.expression",
            design.document().at(block.dataPointer() + e.pointer(), e.offset()),
            e.getMessage(),
            e.cure());
      }
      return own;
    }
  }

  private void reportCycle(List<Draft<?>> cycle) {
    List<String> ids = new ArrayList<>(cycle.stream().map(d -> d.block.id()).toList());
    ids.add(ids.get(0));
    findings.add(
        cycle.get(0).block.pointer(),
        "graph.cycle",
        "the blocks go round in a circle: " + String.join(" -> ", ids),
        "remove one of these connections; to repeat blocks, put them into a loop block");
  }

  private static void collectUpstream(Draft<?> draft, Set<String> upstream) {
    for (Draft<?> source : draft.sources) {
      if (upstream.add(source.block.id())) {
        collectUpstream(source, upstream);
      }
    }
  }

  private BlockCheck blockCheck(Draft<?> draft) {
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
      public void schema(String pointer, JsonNode schema) {
        SchemaCheck.check(schema, draft.block.dataPointer() + pointer, findings);
      }

      @Override
      public void problem(String pointer, String code, String message, String cure) {
        findings.add(draft.block.dataPointer() + pointer, code, message, cure);
      }
    };
  }
}
