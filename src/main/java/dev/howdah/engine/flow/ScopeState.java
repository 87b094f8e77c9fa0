package dev.howdah.engine.flow;

import dev.howdah.graph.Edge;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.json.Value;
import java.util.Optional;

/**
 * The tokens and blocks of one run of one graph: the whole design, or one part of a container.
 * Mutable; owned by its {@link Flow}.
 */
final class ScopeState {
  /** What a connection carries. */
  enum Token {
    NONE,
    VALUE,
    SKIPPED
  }

  /** The container a scope belongs to, and which part of it the scope is. */
  record Owner(ScopeState scope, BlockState block, Ensemble.Member member) {
    Scopes.Place place() {
      return new Scopes.Place(scope, block);
    }
  }

  final String prefix;
  final Graph graph;
  final Value input;
  final Optional<Owner> owner;
  final Token[] tokens;
  final BlockState[] blocks;
  int openEnds;
  boolean closed;

  /** Whether it is open only for what is undone inside. */
  boolean stopping;

  ScopeState(String prefix, Graph graph, Value input, Optional<Owner> owner) {
    this.prefix = prefix;
    this.graph = graph;
    this.input = input;
    this.owner = owner;
    this.tokens = new Token[graph.edges().size()];
    this.blocks = new BlockState[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      blocks[node.index()] = new BlockState(node);
    }
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Token.NONE;
    }
    this.openEnds = graph.terminals().size();
  }

  BlockState block(Node node) {
    return blocks[node.index()];
  }

  String path(Node node) {
    return prefix + node.id();
  }

  /** The item that this run is about, of the nearest split or loop around. */
  Optional<Dispatch.Item> item() {
    ScopeState at = this;
    while (at.owner.isPresent() && !at.graph.isIterated()) {
      at = at.owner.get().scope();
    }
    Value value = at.input;
    return at.owner.map(around -> new Dispatch.Item(value, around.member().part.index()));
  }

  /** How many containers are around it. */
  int depth() {
    int depth = 0;
    for (Optional<Owner> at = owner; at.isPresent(); at = at.get().scope().owner) {
      depth++;
    }
    return depth;
  }

  /** Whether this is a scope, or inside one, that is part of that container. */
  boolean isInside(BlockState container) {
    for (Optional<Owner> at = owner; at.isPresent(); at = at.get().scope().owner) {
      if (at.get().block() == container) {
        return true;
      }
    }
    return false;
  }

  /** Whether this is that scope or inside of it. */
  boolean isInside(ScopeState scope) {
    for (ScopeState at = this; at != null; at = at.owner.map(Owner::scope).orElse(null)) {
      if (at == scope) {
        return true;
      }
    }
    return false;
  }

  boolean hasAllTokens(Node node) {
    for (Edge edge : node.in()) {
      if (tokens[edge.index()] == Token.NONE) {
        return false;
      }
    }
    return true;
  }

  boolean hasValue(Node node) {
    for (Edge edge : node.in()) {
      if (tokens[edge.index()] == Token.VALUE) {
        return true;
      }
    }
    return false;
  }
}
