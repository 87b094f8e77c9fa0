package dev.howdah.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.engine.Engine;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
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
 * The endpoint {@code howdah:<endpoint path>}, by which a Camel route of the user starts an
 * execution of a deployment with the message's body as its input.
 *
 * <p>A route that wants an answer (InOut) gets the result as the new body, and a failed execution
 * as its exception; it holds no thread while it waits. Any other route goes on as soon as the
 * execution is recorded. The header {@code HowdahIdempotencyKey} makes a redelivered message find
 * its first execution; {@code HowdahExecution} tells the execution's id.
 */
public final class HowdahComponent extends DefaultComponent {
  /** Names the execution a message must not start twice. */
  public static final String IDEMPOTENCY_KEY = "HowdahIdempotencyKey";

  /** The id of the execution that a message started. */
  public static final String EXECUTION = "HowdahExecution";

  /** What starts executions; there once the node has started. */
  public record Target(Engine engine, Deployments deployments) {}

  private final Supplier<Optional<Target>> target;

  public HowdahComponent(Supplier<Optional<Target>> target) {
    this.target = target;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    return new HowdahEndpoint(uri, remaining);
  }

  private final class HowdahEndpoint extends DefaultEndpoint {
    private final String path;

    HowdahEndpoint(String uri, String path) {
      super(uri, HowdahComponent.this);
      this.path = path;
    }

    @Override
    public Producer createProducer() {
      return new DefaultAsyncProducer(this) {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
          try {
            send(exchange).whenComplete((nothing, failure) -> done(exchange, failure, callback));
          } catch (RuntimeException e) {
            done(exchange, e, callback);
          }
          return false;
        }
      };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException(
          "howdah: can be sent to only; an execution starts with a message to it");
    }

    private CompletableFuture<Void> send(Exchange exchange) {
      Target to =
          target
              .get()
              .orElseThrow(
                  () ->
                      Fault.retryable("engine.starting", Blame.ENGINE, "Howdah is still starting")
                          .toException());
      Deployments.Deployed deployed =
          to.deployments()
              .at(path)
              .orElseThrow(
                  () ->
                      Fault.rejected(
                              "deployment.unknown",
                              Blame.CALLER,
                              "there is no deployment at /" + path)
                          .toException());
      deployed.checkActive();
      JsonNode input = input(exchange);
      to.deployments()
          .atHand(deployed.plan())
          .orElseGet(() -> to.deployments().prepare(deployed.plan()))
          .schema()
          .check(input);
      String id = to.engine().nextId();
      boolean waits = exchange.getPattern().isOutCapable();
      CompletableFuture<Engine.Accepted> accepted =
          to.engine()
              .start(
                  new StartRequest(
                      Optional.of(new StartRequest.Deployed(deployed.id(), deployed.path())),
                      deployed.plan(),
                      Value.of(input),
                      "api",
                      "route " + exchange.getFromRouteId(),
                      Optional.ofNullable(
                          exchange.getMessage().getHeader(IDEMPOTENCY_KEY, String.class))),
                  id);
      return accepted.thenCompose(
          execution -> {
            exchange.getMessage().setHeader(EXECUTION, execution.id());
            return waits
                ? to.engine().ending(execution.id()).thenAccept(ending -> take(exchange, ending))
                : CompletableFuture.completedFuture(null);
          });
    }
  }

  private static JsonNode input(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (body == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (body instanceof JsonNode node) {
      return node;
    }
    if (body instanceof Map || body instanceof Iterable || body instanceof Number) {
      return Json.MAPPER.valueToTree(body);
    }
    String text = exchange.getMessage().getBody(String.class);
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private static void take(Exchange exchange, Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      exchange.getMessage().setBody(completed.result().text());
    } else if (ending instanceof Ending.Failed failed) {
      throw failed.fault().toException();
    } else {
      throw Fault.rejected("execution.cancelled", Blame.CALLER, "the execution was cancelled")
          .toException();
    }
  }

  private static void done(Exchange exchange, Throwable failure, AsyncCallback callback) {
    if (failure != null) {
      Throwable cause = failure.getCause() instanceof FaultException ? failure.getCause() : failure;
      exchange.setException(cause);
    }
    callback.done(false);
  }
}
