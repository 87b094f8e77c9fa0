package dev.howdah.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.Section;
import dev.howdah.design.Block;
import dev.howdah.expression.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A block on its way to a {@link Node}, while its connections are being found. Mutable. */
final class Draft<C extends Record> {
  /** A connection that leaves a draft. */
  record Out(Draft<?> target, boolean onError, boolean extracts) {}

  final Block block;

  /** Null when the block's type or configuration is wrong, which has been reported. */
  final Node.Configured<C> configured;

  final References references;

  /** Where in its data the block has blocks inside. */
  final List<Section> sections;

  /** Whether its connections are known; where a block that is wrong would choose to go is not. */
  final boolean leadsWhereItShows;

  final List<Out> out = new ArrayList<>();
  final List<Edge> outEdges = new ArrayList<>();
  final List<Edge> inEdges = new ArrayList<>();
  final List<Draft<?>> sources = new ArrayList<>();
  int index;

  Draft(
      Block block,
      Node.Configured<C> configured,
      References references,
      List<Section> sections,
      boolean leadsWhereItShows) {
    this.block = block;
    this.configured = configured;
    this.references = references;
    this.sections = sections;
    this.leadsWhereItShows = leadsWhereItShows;
  }

  List<List<String>> choices() {
    return configured == null ? List.of() : configured.choices();
  }

  /** The data without the blocks inside. */
  JsonNode ownData() {
    return OwnData.of(block.data(), sections);
  }

  /** Whether the block's own expressions may read {@code $index}. */
  boolean countsRounds() {
    return configured != null && configured.kind().countsRounds();
  }

  void check(Function<Draft<?>, BlockCheck> checks) {
    if (configured != null) {
      configured.kind().check(configured.configuration(), checks.apply(this));
    }
  }

  Node node(String prefix, Map<String, Graph> bodies) {
    return new Node(
        index, prefix + block.id(), block, configured, references, inEdges, outEdges, bodies);
  }
}
