package dev.howdah.engine.run;

import dev.howdah.graph.Node;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.processor.FilterProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Tells the {@link StageRun} when a block was left out because its {@code when} is false. What a
 * block comes to that is known already does not depend on that any more.
 */
final class WhenRecorder extends DelegateAsyncProcessor {
  private final Node node;

  WhenRecorder(Node node, Processor filter) {
    super(filter);
    this.node = node;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    StageRun run = StageRun.of(exchange);
    if (run.isGiven(node) && getProcessor() instanceof FilterProcessor filter) {
      return filter.getProcessor().process(exchange, callback);
    }
    return super.process(
        exchange,
        doneSync -> {
          if (!run.hasBegun(node)) {
            run.skipped(exchange, node);
            if (exchange.getException() != null) {
              run.failed(node, Faults.of(exchange.getException()));
            }
          }
          callback.done(doneSync);
        });
  }
}
