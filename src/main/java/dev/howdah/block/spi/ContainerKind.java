package dev.howdah.block.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.expression.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A kind of block that runs other blocks inside it, one after the other or at once, as its {@link
 * Conductor} decides. It becomes one {@code to} step; the blocks inside have routes of their own.
 *
 * <p>The components of its configuration that hold the blocks inside must have defaults: the step's
 * endpoint is told everything else.
 *
 * @param <C> the configuration record
 */
public interface ContainerKind<C extends Record> extends LeafKind<C> {

  /** Must not be empty. */
  @Override
  List<Section> sections(ObjectNode data);

  /**
   * What the conductor works from: what the block's own expressions give when it begins. Recorded.
   *
   * @throws dev.howdah.fault.FaultException when the block fails
   */
  JsonNode begin(C configuration, Scope scope);

  /** Who decides what runs inside. */
  Conductor conduct(C configuration);

  @Override
  default Role role() {
    return Role.SUSPENDING;
  }

  @Override
  default Optional<Conductor> conductor(C configuration) {
    return Optional.of(conduct(configuration));
  }

  @Override
  default Call prepare(C configuration, Services services) {
    return invocation -> Outcome.of(new Outcome.Composed(begin(configuration, invocation.scope())));
  }
}
