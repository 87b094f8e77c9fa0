package dev.howdah.engine.run;

import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * The {@code stage:} endpoint: where a route hands over to the next stage. It only notes that the
 * connection was taken; what is sent, and when, is decided once the stage is recorded.
 */
final class StageComponent extends DefaultComponent {

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    return new StageEndpoint(uri, this, remaining);
  }

  private static final class StageEndpoint extends DefaultEndpoint {
    private final String target;

    StageEndpoint(String uri, StageComponent component, String target) {
      super(uri, component);
      this.target = target;
    }

    @Override
    public Producer createProducer() {
      return new DefaultAsyncProducer(this) {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
          StageRun.of(exchange).collect(exchange, target);
          callback.done(true);
          return true;
        }
      };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException(
          "stage: can be sent to only; a stage is a direct: route");
    }
  }
}
