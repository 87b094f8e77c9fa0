package dev.howdah.api;

import dev.howdah.store.ExecutionRow;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Tells what an execution does as server-sent events. */
final class EventsEndpoint implements Handler<RoutingContext> {
  private final EventLogs logs;
  private final WorkerExecutor workers;

  private record Opened(EventStream stream, List<Told> recorded) {}

  EventsEndpoint(EventLogs logs, WorkerExecutor workers) {
    this.logs = logs;
    this.workers = workers;
  }

  void mount(Paths paths) {
    paths.at("/api/executions/:id/events").on(HttpMethod.GET, this);
  }

  @Override
  public void handle(RoutingContext routing) {
    String id = routing.pathParam("id");
    String last = routing.request().getHeader("Last-Event-ID");
    if (last != null && last.endsWith("-" + Told.END)) {
      // To a browser, which asks again whenever a stream ends, this says that nothing follows.
      ApiAnswer.empty(204).send(routing.response());
      return;
    }
    Context loop = routing.vertx().getOrCreateContext();
    workers
        .executeBlocking(() -> open(routing, loop, id, last), false)
        .onSuccess(opened -> opened.stream().start(opened.recorded()))
        .onFailure(failure -> Failures.answer(failure).send(routing.response()));
  }

  private Opened open(RoutingContext routing, Context loop, String id, String last) {
    ExecutionRow row = logs.row(id);
    EventLog log = logs.acquire(row);
    EventStream[] self = new EventStream[1];
    EventStream stream =
        new EventStream(
            loop,
            routing.response(),
            log.epoch(),
            () -> {
              log.detach(self[0]);
              logs.release(id);
            });
    self[0] = stream;
    log.attach(stream);
    try {
      return new Opened(stream, logs.recorded(id, log, Told.number(last, log.epoch())));
    } catch (RuntimeException e) {
      log.detach(stream);
      logs.release(id);
      throw e;
    }
  }
}
