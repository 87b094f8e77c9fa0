package dev.howdah.api;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The paths of the API on a router, each with the methods it knows. */
final class Paths {
  /** Work that may block: a request in, an answer or an exception out. */
  @FunctionalInterface
  interface Work {
    ApiAnswer apply(ApiRequest request) throws Exception;
  }

  private final Router router;
  private final WorkerExecutor workers;
  private final long mostBody;

  Paths(Router router, WorkerExecutor workers, long mostBody) {
    this.router = router;
    this.workers = workers;
    this.mostBody = mostBody;
  }

  /** A path whose methods are told by the returned. */
  Methods at(String path) {
    Methods methods = new Methods();
    all(path, methods);
    return methods;
  }

  /** A path that one handler serves, whatever the method. */
  void all(String path, Handler<RoutingContext> handler) {
    router
        .route(path)
        .handler(handler)
        .failureHandler(context -> fail(context, context.failure(), context.statusCode()));
  }

  /** Answers what is below a path and at none of those named before. */
  void nothingElseAt(String path) {
    all(
        path,
        context -> {
          throw nothingAt(context).toException();
        });
  }

  private static Fault nothingAt(RoutingContext context) {
    return Fault.rejected(
        "request.unknown-path",
        Blame.CALLER,
        "there is nothing at %s; docs/api.md lists what there is"
            .formatted(context.request().path()));
  }

  /** Answers what comes to no path at all, and addresses that cannot be decoded. */
  static void unserved(Router root) {
    root.errorHandler(400, context -> fail(context, null, 400));
    root.errorHandler(404, context -> fail(context, nothingAt(context).toException(), 404));
  }

  private static void fail(RoutingContext context, Throwable failure, int status) {
    ApiAnswer answer =
        failure == null || status == 400
            ? ApiAnswer.problem(
                status <= 0 ? 400 : status,
                Fault.rejected(
                    "request.invalid", Blame.CALLER, "the address or the body cannot be decoded"))
            : Failures.answer(failure);
    answer.send(context.response());
  }

  /** The methods of one path. */
  final class Methods implements Handler<RoutingContext> {
    private final Map<HttpMethod, Handler<RoutingContext>> handlers = new LinkedHashMap<>();

    /** Answers without a body to read; HEAD is answered alike. */
    Methods get(Work work) {
      Handler<RoutingContext> handler = context -> onWorker(context, work, null);
      handlers.put(HttpMethod.HEAD, handler);
      return on(HttpMethod.GET, handler);
    }

    Methods post(MediaTypes types, Work work) {
      return on(HttpMethod.POST, reading(types, mostBody, work));
    }

    Methods put(MediaTypes types, long most, Work work) {
      return on(HttpMethod.PUT, reading(types, most, work));
    }

    Methods put(MediaTypes types, Work work) {
      return put(types, mostBody, work);
    }

    Methods delete(Work work) {
      return on(HttpMethod.DELETE, context -> onWorker(context, work, null));
    }

    /** Answers on the event loop. */
    Methods on(HttpMethod method, Handler<RoutingContext> handler) {
      handlers.put(method, handler);
      return this;
    }

    @Override
    public void handle(RoutingContext context) {
      Handler<RoutingContext> handler = handlers.get(context.request().method());
      if (handler != null) {
        handler.handle(context);
        return;
      }
      String allowed =
          handlers.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
      notAllowed(context.request(), allowed).send(context.response());
    }
  }

  static ApiAnswer notAllowed(HttpServerRequest request, String allowed) {
    return Failures.answer(
            Fault.rejected(
                    "request.method",
                    Blame.CALLER,
                    "%s takes %s, not %s".formatted(request.path(), allowed, request.method()))
                .toException())
        .with("Allow", allowed);
  }

  private Handler<RoutingContext> reading(MediaTypes types, long most, Work work) {
    return context -> {
      types.check(context.request());
      BodyReader.read(context.request(), most, body -> onWorker(context, work, body));
    };
  }

  private void onWorker(RoutingContext context, Work work, Buffer bodyOrNull) {
    ApiRequest request = ApiRequest.of(context, bodyOrNull == null ? Buffer.buffer() : bodyOrNull);
    workers
        .executeBlocking(() -> work.apply(request), false)
        .onComplete(
            done ->
                (done.succeeded() ? done.result() : Failures.answer(done.cause()))
                    .send(context.response()));
  }
}
