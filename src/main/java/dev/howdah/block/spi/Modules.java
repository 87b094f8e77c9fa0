package dev.howdah.block.spi;

import java.util.Optional;

/** Where blocks find modules by the names that designs use. Thread-safe. */
@FunctionalInterface
public interface Modules {

  /** The module of that name for the design in question; empty when there is none. */
  Optional<ModuleContent> find(String name);
}
