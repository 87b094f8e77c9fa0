package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Role;
import dev.howdah.graph.Node;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Tells the {@link StageRun} when a block begins and what it came to. One per block and route. */
final class StepRecorder extends DelegateAsyncProcessor {
  private final Node node;
  private final boolean steers;

  StepRecorder(Node node, Processor block) {
    super(block);
    this.node = node;
    this.steers = node.configured().kind().passesOn();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    StageRun run = StageRun.of(exchange);
    if (run.isGiven(node)) {
      Optional<JsonNode> given = run.given(node);
      if (given.isEmpty()) {
        run.skipped(exchange, node);
        exchange.setRouteStop(true);
        callback.done(true);
        return true;
      }
      if (!steers) {
        run.begin(exchange, node);
        exchange.getMessage().setBody(given.get());
        run.completed(node, given.get());
        callback.done(true);
        return true;
      }
    }
    run.begin(exchange, node);
    if (steers) {
      run.passOn(exchange);
    }
    if (node.role() == Role.SUSPENDING && node.isContainer()) {
      run.expectItems(exchange);
    }
    return super.process(
        exchange,
        doneSync -> {
          end(run, exchange);
          callback.done(doneSync);
        });
  }

  private void end(StageRun run, Exchange exchange) {
    Exception thrown = exchange.getException();
    if (thrown != null && !run.isClosed(node)) {
      run.failed(node, Faults.of(thrown));
    } else if (thrown == null && !steers) {
      run.completed(node, exchange.getMessage().getBody(JsonNode.class));
    }
  }
}
