package dev.howdah.block.spi;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The block kinds of this installation by type. Immutable. */
public final class Kinds {
  private final Map<String, BlockKind<?>> byType = new TreeMap<>();

  private Kinds(Iterable<? extends BlockKind<?>> kinds) {
    for (BlockKind<?> kind : kinds) {
      BlockKind<?> other = byType.put(kind.type(), kind);
      if (other != null) {
        throw new IllegalStateException(
            "two block kinds of type %s: %s and %s"
                .formatted(kind.type(), other.getClass().getName(), kind.getClass().getName()));
      }
    }
  }

  /** Those on the class path. */
  @SuppressWarnings("rawtypes")
  public static Kinds installed() {
    java.util.List<BlockKind<?>> kinds = new java.util.ArrayList<>();
    for (BlockKind kind : ServiceLoader.load(BlockKind.class)) {
      kinds.add((BlockKind<?>) kind);
    }
    return new Kinds(kinds);
  }

  /** Exactly these. */
  public static Kinds of(Collection<? extends BlockKind<?>> kinds) {
    return new Kinds(kinds);
  }

  public Optional<BlockKind<?>> find(String type) {
    return Optional.ofNullable(byType.get(type));
  }

  /** In the order of their types. */
  public Collection<BlockKind<?>> all() {
    return byType.values();
  }

  public Collection<String> types() {
    return byType.keySet();
  }
}
