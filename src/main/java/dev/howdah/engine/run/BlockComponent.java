package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Parameters;
import dev.howdah.design.Configuration;
import dev.howdah.design.Position;
import dev.howdah.design.Problems;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * The endpoints of one leaf block kind. What an endpoint does is told by its URI alone, so that the
 * YAML a design compiles to is all there is to know.
 *
 * @param <C> the kind's configuration
 */
final class BlockComponent<C extends Record> extends DefaultComponent {
  private final LeafKind<C> kind;
  private final CallSettings settings;

  BlockComponent(LeafKind<C> kind, CallSettings settings) {
    this.kind = kind;
    this.settings = settings;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    ObjectNode data = Parameters.decode(parameters);
    parameters.clear();
    Problems problems = new Problems();
    Position position = new Position(uri, 1, 1);
    Optional<C> configuration =
        Configuration.bind(kind.configuration(), data, pointer -> position, problems);
    problems.throwIfAny();
    return new BlockEndpoint(uri, configuration.orElseThrow());
  }

  /** Prepares the call of one block; the services are those of the design it is in. */
  private Call prepare(C configuration, LoadedPlan plan) {
    return kind.prepare(configuration, settings.services(plan.plan()));
  }

  private final class BlockEndpoint extends DefaultEndpoint {
    private final C configuration;

    BlockEndpoint(String uri, C configuration) {
      super(uri, BlockComponent.this);
      this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
      return new BlockProducer(this, plan -> prepare(configuration, plan), settings);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException(kind.type() + ": can be sent to only");
    }
  }
}
