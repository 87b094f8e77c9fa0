package dev.howdah.engine;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.graph.Surroundings;
import dev.howdah.plan.Plan;
import java.util.Optional;

/** Plans of designs that are written in a test. */
public final class TestDesigns {
  private static final Modules NONE = name -> Optional.empty();

  private TestDesigns() {}

  /** The plan of a design of the installed kinds, without modules. */
  public static Plan plan(String text) {
    return plan(text, Kinds.installed(), NONE);
  }

  /** The plan of a design. */
  public static Plan plan(String text, Kinds kinds, Modules modules) {
    return DesignCatalog.check("test.yaml", text, new Surroundings(kinds, modules, id -> true));
  }
}
