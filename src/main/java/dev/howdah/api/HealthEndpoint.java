package dev.howdah.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.Engine;
import dev.howdah.engine.EngineCounters;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * Whether the engine works: it does when its recorder answers, which takes a transaction on the
 * database.
 */
final class HealthEndpoint implements Handler<RoutingContext> {
  private static final long WITHIN_MILLIS = 3_000;

  private final Engine engine;

  HealthEndpoint(Engine engine) {
    this.engine = engine;
  }

  void mount(Paths paths) {
    paths.at("/health").on(HttpMethod.GET, this).on(HttpMethod.HEAD, this);
  }

  @Override
  public void handle(RoutingContext routing) {
    Context context = routing.vertx().getOrCreateContext();
    HttpServerResponse response = routing.response();
    engine
        .waitingFor("")
        .orTimeout(WITHIN_MILLIS, TimeUnit.MILLISECONDS)
        .whenComplete(
            (answer, failure) ->
                context.runOnContext(nothing -> answer(failure == null).send(response)));
  }

  private ApiAnswer answer(boolean works) {
    if (works) {
      EngineCounters counters = engine.counters();
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", "up");
      json.putObject("counters")
          .put("started", counters.started())
          .put("commits", counters.commits())
          .put("conflicts", counters.conflicts())
          .put("backlog", counters.backlog())
          .put("in_flight", counters.inFlight())
          .put("queued", counters.queued())
          .put("waiting", counters.waiting());
      return ApiAnswer.json(200, json);
    }
    return ApiAnswer.problem(
        503,
        Fault.retryable(
            "engine.silent",
            Blame.ENGINE,
            "the engine does not record; look at the log of this node and at the disk of its database"));
  }
}
