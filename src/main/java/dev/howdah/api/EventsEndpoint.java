package dev.howdah.api;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Tells what an execution does as server-sent events. */
final class EventsEndpoint implements Handler<RoutingContext> {
  private final EventStreams streams;
  private final WorkerExecutor workers;

  EventsEndpoint(EventStreams streams, WorkerExecutor workers) {
    this.streams = streams;
    this.workers = workers;
  }

  void mount(Paths paths) {
    paths.at("/api/executions/:id/events").on(HttpMethod.GET, this);
  }

  @Override
  public void handle(RoutingContext routing) {
    String id = routing.pathParam("id");
    String last = routing.request().getHeader("Last-Event-ID");
    if (Told.isEnd(last)) {
      // To a browser, which asks again whenever a stream ends, this says that nothing follows.
      ApiAnswer.empty(204).send(routing.response());
      return;
    }
    Context loop = routing.vertx().getOrCreateContext();
    workers
        .executeBlocking(() -> streams.of(loop, routing.response(), id, last, closed -> {}), false)
        .onSuccess(EventStreams.Opened::start)
        .onFailure(failure -> Failures.answer(failure).send(routing.response()));
  }
}
