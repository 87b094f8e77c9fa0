package dev.howdah.expression;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an expression or a template reads apart from its own input.
 *
 * @param blocks the blocks whose output is read by name, sorted
 * @param allBlocks whether {@code $blocks} is read in a way that could reach any block
 * @param input whether {@code $input} is read
 * @param execution whether {@code $execution} is read
 * @param item whether {@code $item} is read
 * @param index whether {@code $index} is read
 * @param secrets the names read from {@code $secrets}, sorted
 */
public record References(
    Set<String> blocks,
    boolean allBlocks,
    boolean input,
    boolean execution,
    boolean item,
    boolean index,
    Set<String> secrets) {

  /** Reads nothing. */
  public static final References NONE =
      new References(Set.of(), false, false, false, false, false, Set.of());

  public References {
    blocks = sorted(blocks);
    secrets = sorted(secrets);
  }

  /** What either of the two reads. */
  public References and(References other) {
    Set<String> bothBlocks = new TreeSet<>(blocks);
    bothBlocks.addAll(other.blocks);
    Set<String> bothSecrets = new TreeSet<>(secrets);
    bothSecrets.addAll(other.secrets);
    return new References(
        bothBlocks,
        allBlocks || other.allBlocks,
        input || other.input,
        execution || other.execution,
        item || other.item,
        index || other.index,
        bothSecrets);
  }

  private static Set<String> sorted(Collection<String> names) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }
}
