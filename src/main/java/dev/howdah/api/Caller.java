package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.engine.Engine;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.record.Endings;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Somebody who has asked for an execution and is answered when it ends, or is accepted. Holds no
 * thread while waiting. Used on the event loop of its connection only.
 */
final class Caller {
  static final CharSequence EXECUTION = HttpHeaders.createOptimized("X-Howdah-Execution");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private final CallServices services;
  private final Context context;
  private final HttpServerResponse response;
  private final Preference preference;

  /** The execution whose ending is waited for; empty when none is. */
  private String joined = "";

  /** The execution that was accepted; empty as long as none was. */
  private String accepted = "";

  private boolean entered;
  private boolean impatient;
  private boolean replayed;
  private boolean done;
  private long timer = -1;

  Caller(
      CallServices services, Context context, HttpServerResponse response, Preference preference) {
    this.services = services;
    this.context = context;
    this.response = response;
    this.preference = preference;
  }

  /** Starts the execution; the plan is the one that the request names, and opened. */
  void start(StartRequest request, Plan plan) {
    if (preference.waits() && !services.waits().enter()) {
      Waits.tooMany().send(response);
      return;
    }
    entered = preference.waits();
    response.closeHandler(gone -> finish());
    String id = services.engine().nextId();
    if (preference.waits()) {
      await(id);
      preference
          .waitMillis()
          .ifPresent(
              millis -> timer = context.owner().setTimer(millis, fired -> stopBeingPatient()));
    }
    try {
      accept(request, id, plan);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void accept(StartRequest request, String id, Plan plan) {
    // Whoever waits for a result without end needs to know nothing before it is there.
    boolean quiet = preference.waitMillis().isEmpty() && request.idempotencyKey().isEmpty();
    services
        .engine()
        .start(request, id, plan)
        .whenComplete(
            (started, failure) -> {
              if (failure != null) {
                onLoop(nothing -> fail(failure));
              } else if (!quiet) {
                onLoop(nothing -> accepted(started));
              }
            });
  }

  private void await(String id) {
    joined = id;
    services.waits().join(id).thenAccept(ending -> onLoop(nothing -> ended(id, ending)));
  }

  private void onLoop(Handler<Void> action) {
    context.runOnContext(action);
  }

  private void accepted(Engine.Accepted started) {
    if (done) {
      return;
    }
    accepted = started.id();
    if (started.repeated()) {
      replayed = true;
      if (preference.waits()) {
        services.waits().leave(joined);
        await(accepted);
      }
      lookUp();
    } else if (!preference.waits() || impatient) {
      acknowledge("running");
    }
  }

  /** A repeated request may be about an execution that has ended. */
  private void lookUp() {
    String id = accepted;
    services
        .workers()
        .executeBlocking(() -> services.store().executions().byId(id).flatMap(Endings::of), false)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    ending -> ended(id, ending),
                    () -> {
                      if (!preference.waits() || impatient) {
                        acknowledge("running");
                      }
                    }))
        .onFailure(this::fail);
  }

  private void stopBeingPatient() {
    impatient = true;
    if (!accepted.isEmpty()) {
      acknowledge("running");
    }
  }

  private void ended(String id, Ending ending) {
    if (finish()) {
      accepted = id;
      answer(ending);
    }
  }

  private void acknowledge(String status) {
    if (finish()) {
      head();
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("execution_id", accepted).put("status", status);
      ApiAnswer.json(202, body).with("Location", "/api/executions/" + accepted).send(response);
    }
  }

  private void fail(Throwable failure) {
    if (finish()) {
      Failures.answer(failure).send(response);
    }
  }

  private void answer(Ending ending) {
    if (response.ended() || response.closed()) {
      return;
    }
    head();
    if (ending instanceof Ending.Completed completed) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
      response.end(Buffer.buffer(completed.result().text()));
    } else {
      EndingProblem.of(accepted, ending).send(response);
    }
  }

  private void head() {
    if (response.headWritten() || response.closed()) {
      return;
    }
    response.putHeader(EXECUTION, accepted);
    if (replayed) {
      response.putHeader("Idempotency-Replayed", "true");
    }
  }

  /** Stops waiting; false when that has happened before. The execution goes on. */
  private boolean finish() {
    if (done) {
      return false;
    }
    done = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
    if (!joined.isEmpty()) {
      services.waits().leave(joined);
    }
    if (entered) {
      services.waits().exit();
    }
    return true;
  }
}
