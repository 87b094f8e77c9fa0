package dev.howdah.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Modules;
import dev.howdah.graph.CheckedDesign;
import dev.howdah.graph.Surroundings;
import dev.howdah.plan.Plan;
import java.util.Optional;
import java.util.function.Function;

/**
 * A saved revision as every node compiles it, with the very modules it was saved with.
 *
 * @param plan its stages
 * @param modules its modules by the names the design uses
 */
record PinnedDesign(Plan plan, Modules modules) {

  /**
   * Compiles a revision. The designs it runs were there when it was saved, so they are not looked
   * for again.
   *
   * @param name {@code design@revision}
   * @param hashes SHA-256 of each module by name
   * @param byHash finds a module; may throw when it is not to be had at the moment
   * @throws dev.howdah.design.InvalidDesignException when it does not compile here
   */
  static PinnedDesign compile(
      Kinds kinds,
      String name,
      String document,
      JsonNode hashes,
      Function<String, Optional<ModuleContent>> byHash) {
    Modules pinned =
        module -> Optional.ofNullable(hashes.get(module)).flatMap(h -> byHash.apply(h.asText()));
    CheckedDesign checked =
        CheckedDesign.of(name, document, new Surroundings(kinds, pinned, id -> true));
    int revision = Integer.parseInt(name.substring(name.lastIndexOf('@') + 1));
    return new PinnedDesign(Plan.of(checked.design(), revision, checked.graph()), pinned);
  }
}
