package dev.howdah.api;

import dev.howdah.engine.Engine;
import dev.howdah.engine.StartRequest;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.plan.Plan;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who has asked for an execution and is told its events from the first one on. Counts as a
 * caller who waits, and holds no thread. Used on the event loop of its connection only.
 */
final class StreamCaller {
  private final CallServices services;
  private final Context context;
  private final HttpServerResponse response;

  /** The stream that is, or is to be, written; null while another is looked for. */
  private EventStream current;

  private boolean done;

  StreamCaller(CallServices services, Context context, HttpServerResponse response) {
    this.services = services;
    this.context = context;
    this.response = response;
  }

  /** Starts the execution; the plan is the one that the request names, and opened. */
  void start(StartRequest request, Plan plan) {
    if (!services.waits().enter()) {
      Waits.tooMany().send(response);
      return;
    }
    String id = services.engine().nextId();
    current = services.streams().ofNew(context, response, id, plan, this::closed);
    response.closeHandler(gone -> current.close());
    try {
      services
          .engine()
          .start(request, id, plan)
          .whenComplete(
              (started, failure) ->
                  context.runOnContext(
                      nothing -> {
                        if (failure != null) {
                          fail(failure);
                        } else {
                          accepted(started);
                        }
                      }));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** Goes on behind an event that was told before; starts nothing. */
  void resume(String last) {
    if (Told.isEnd(last)) {
      // To a browser, which asks again whenever a stream ends, this says that nothing follows.
      ApiAnswer.empty(204).send(response);
      return;
    }
    Optional<String> execution = services.streams().execution(last);
    if (execution.isEmpty()) {
      Failures.answer(forgotten().toException()).send(response);
    } else if (services.waits().enter()) {
      tell(execution.get(), last);
    } else {
      Waits.tooMany().send(response);
    }
  }

  private static Fault forgotten() {
    return Fault.rejected(
        "events.forgotten",
        Blame.CALLER,
        "the stream of this Last-Event-ID is not known any more, and nothing was started;"
            + " GET /api/executions/{id}/events tells the execution that X-Howdah-Execution named,"
            + " and without Last-Event-ID another one is started");
  }

  private void accepted(Engine.Accepted started) {
    if (done) {
      return;
    }
    if (started.repeated()) {
      EventStream ofNone = current;
      current = null;
      ofNone.close();
      response.putHeader("Idempotency-Replayed", "true");
      tell(started.id(), null);
    } else {
      response.putHeader(Caller.EXECUTION, started.id());
      current.start(List.of());
    }
  }

  private void tell(String execution, String last) {
    response.putHeader(Caller.EXECUTION, execution).closeHandler(gone -> finish());
    services
        .workers()
        .executeBlocking(
            () -> services.streams().of(context, response, execution, last, this::closed), false)
        .onSuccess(
            opened -> {
              current = opened.stream();
              if (done) {
                current.close();
              } else {
                opened.start();
              }
            })
        .onFailure(this::fail);
  }

  private void fail(Throwable failure) {
    Failures.answer(failure).send(response);
    if (current != null) {
      current.close();
    }
    finish();
  }

  private void closed(EventStream stream) {
    if (stream == current) {
      finish();
    }
  }

  /** Gives its place back. The execution goes on. */
  private void finish() {
    if (!done) {
      done = true;
      services.waits().exit();
    }
  }
}
