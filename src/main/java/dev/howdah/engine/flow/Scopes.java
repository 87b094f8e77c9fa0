package dev.howdah.engine.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The scopes of an execution that are open. Not thread-safe. */
final class Scopes {
  /** A block and the scope it is in. */
  record Place(ScopeState scope, BlockState block) {
    String path() {
      return scope.path(block.node);
    }
  }

  /** Does something with a place. */
  @FunctionalInterface
  interface Visitor {
    void visit(Place place);
  }

  /** Parts of one container may have the same prefix; the ids of their blocks differ. */
  private final Map<String, List<ScopeState>> byPrefix = new HashMap<>(2);

  void open(ScopeState scope) {
    byPrefix.computeIfAbsent(scope.prefix, prefix -> new ArrayList<>(1)).add(scope);
  }

  void close(ScopeState scope) {
    scope.closed = true;
    byPrefix.computeIfPresent(
        scope.prefix,
        (prefix, scopes) -> {
          scopes.remove(scope);
          return scopes.isEmpty() ? null : scopes;
        });
  }

  /** Closes some; told each of their blocks before. */
  void closeAll(Predicate<ScopeState> which, Visitor before) {
    List<ScopeState> closing =
        byPrefix.values().stream().flatMap(List::stream).filter(which).toList();
    for (ScopeState scope : closing) {
      visit(scope, before);
      close(scope);
    }
  }

  /** The block of a path, in an open scope. */
  Optional<Place> find(String path) {
    int slash = path.lastIndexOf('/') + 1;
    String id = path.substring(slash);
    for (ScopeState scope : byPrefix.getOrDefault(path.substring(0, slash), List.of())) {
      var node = scope.graph.find(id);
      if (node.isPresent()) {
        return Optional.of(new Place(scope, scope.block(node.get())));
      }
    }
    return Optional.empty();
  }

  void forEach(Visitor visitor) {
    byPrefix.values().forEach(scopes -> scopes.forEach(scope -> visit(scope, visitor)));
  }

  private static void visit(ScopeState scope, Visitor visitor) {
    for (BlockState block : scope.blocks) {
      visitor.visit(new Place(scope, block));
    }
  }
}
