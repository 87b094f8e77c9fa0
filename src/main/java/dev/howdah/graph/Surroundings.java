package dev.howdah.graph;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import java.util.function.Predicate;

/**
 * What a design is checked against besides itself.
 *
 * @param kinds the block kinds there are
 * @param modules the modules the design may use
 * @param designs whether a design of an id exists
 */
public record Surroundings(Kinds kinds, Modules modules, Predicate<String> designs) {}
