package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.howdah.deploy.Deployments;
import dev.howdah.engine.StartRequest;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Shape;
import dev.howdah.json.Value;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls deployments: looks the deployment up, checks the input, starts an execution and answers
 * with its result or its events. Runs on the event loop; what may take long goes to the workers.
 */
final class DeployedEndpoint implements Handler<RoutingContext> {
  static final String PATH = "/api/deployed";

  private static final Set<String> INPUT = Set.of("input_data");

  /** Parsing and checking this many bytes takes about a millisecond. */
  private static final int LONG_BODY = 32 << 10;

  private final CallServices services;
  private final long mostBody;

  /** What an execution is about to be started with. */
  private record Call(
      Deployments.Deployed deployed,
      String trigger,
      Preference preference,
      boolean streams,
      Optional<String> key,
      String caller) {}

  DeployedEndpoint(CallServices services, long mostBody) {
    this.services = services;
    this.mostBody = mostBody;
  }

  /** {@code GET} and {@code POST /api/deployed/*}. */
  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    Deployments.Deployed deployed =
        services
            .deployments()
            .at(request.path().substring(PATH.length()))
            .or(() -> services.deployments().at(context.normalizedPath().substring(PATH.length())))
            .orElseThrow(() -> unknownPath(request.path().substring(PATH.length())));
    boolean get = request.method().equals(HttpMethod.GET);
    if (!get && !request.method().equals(HttpMethod.POST)) {
      Paths.notAllowed(request, "GET, POST").send(request.response());
      return;
    }
    if (resumed(context)) {
      return;
    }
    Call call = call(request, deployed, "api", Preference.RESULT);
    if (get) {
      var query = context.queryParams();
      withCallee(
          context,
          call,
          callee ->
              start(context, call, callee, QueryInput.of(query, callee.plan().design().input())));
      return;
    }
    MediaTypes.JSON.check(request);
    BodyReader.read(
        request,
        mostBody,
        body ->
            withCallee(
                context,
                call,
                callee -> start(context, call, callee, body, DeployedEndpoint::unwrapped)));
  }

  /** {@code POST /api/deployments/:id/execute}. */
  void execute(RoutingContext context) {
    HttpServerRequest request = context.request();
    String id = context.pathParam("id");
    Deployments.Deployed deployed =
        services.deployments().byId(id).orElseThrow(() -> Deployments.unknown(id));
    if (resumed(context)) {
      return;
    }
    MediaTypes.JSON.check(request);
    Call call = call(request, deployed, "manual", Preference.ACCEPTED);
    BodyReader.read(
        request,
        mostBody,
        body ->
            withCallee(
                context,
                call,
                callee -> start(context, call, callee, body, DeployedEndpoint::inputData)));
  }

  private static Call call(
      HttpServerRequest request,
      Deployments.Deployed deployed,
      String trigger,
      Preference initial) {
    deployed.checkActive();
    return new Call(
        deployed,
        trigger,
        Preference.of(request.headers(), initial),
        wantsStream(request),
        IdempotencyKey.of(request.headers()),
        Callers.address(request));
  }

  private static boolean wantsStream(HttpServerRequest request) {
    return AcceptHeader.prefersEvents(request.headers()) && !Preference.isAsync(request.headers());
  }

  /** A reader who was cut off and asks again for what it began to read starts nothing. */
  private boolean resumed(RoutingContext context) {
    String last = context.request().getHeader("Last-Event-ID");
    if (last == null || !wantsStream(context.request())) {
      return false;
    }
    Context loop = context.vertx().getOrCreateContext();
    new StreamCaller(services, loop, context.response()).resume(last);
    return true;
  }

  private static RuntimeException unknownPath(String path) {
    return Fault.rejected(
            "deployment.unknown",
            Blame.CALLER,
            "nothing is deployed at %s; GET /api/deployments lists what is".formatted(path))
        .toException();
  }

  /** What is at hand is used at once; the rest is compiled by a worker first. */
  private void withCallee(RoutingContext context, Call call, Consumer<Deployments.Callee> then) {
    String plan = call.deployed().plan();
    Optional<Deployments.Callee> atHand = services.deployments().atHand(plan);
    if (atHand.isPresent()) {
      then.accept(atHand.get());
    } else {
      onWorker(context, () -> services.deployments().prepare(plan), then);
    }
  }

  private <T> void onWorker(
      RoutingContext context, java.util.concurrent.Callable<T> work, Consumer<T> then) {
    services
        .workers()
        .executeBlocking(work, false)
        .onComplete(
            done -> {
              try {
                if (done.failed()) {
                  Failures.answer(done.cause()).send(context.response());
                } else {
                  then.accept(done.result());
                }
              } catch (RuntimeException e) {
                Failures.answer(e).send(context.response());
              }
            });
  }

  private void start(
      RoutingContext context,
      Call call,
      Deployments.Callee callee,
      Buffer body,
      Function<JsonNode, JsonNode> input) {
    if (body.length() == 0) {
      start(context, call, callee, NullNode.getInstance());
    } else if (body.length() <= LONG_BODY) {
      start(context, call, callee, input.apply(JsonBody.read(body)));
    } else {
      onWorker(
          context,
          () -> {
            JsonNode value = input.apply(JsonBody.read(body));
            return new Checked(Value.of(value), callee.schema().misfits(value));
          },
          checked -> start(context, call, callee, checked));
    }
  }

  private record Checked(Value input, List<Shape.Misfit> misfits) {}

  private void start(RoutingContext context, Call call, Deployments.Callee callee, JsonNode input) {
    start(context, call, callee, new Checked(Value.of(input), callee.schema().misfits(input)));
  }

  private void start(
      RoutingContext context, Call call, Deployments.Callee callee, Checked checked) {
    if (!checked.misfits().isEmpty()) {
      MisfitProblem.of(
              "input.schema", "the input does not fit the design's schema", checked.misfits())
          .send(context.response());
      return;
    }
    StartRequest request =
        new StartRequest(
            Optional.of(new StartRequest.Deployed(call.deployed().id(), call.deployed().path())),
            callee.plan().name(),
            checked.input(),
            call.trigger(),
            call.caller(),
            call.key());
    Context loop = context.vertx().getOrCreateContext();
    if (call.streams()) {
      new StreamCaller(services, loop, context.response()).start(request, callee.plan());
    } else {
      new Caller(services, loop, context.response(), call.preference())
          .start(request, callee.plan());
    }
  }

  /** A body that is nothing but {@code {"input_data": …}} stands for what is in it. */
  private static JsonNode unwrapped(JsonNode body) {
    return body.size() == 1 && body.has("input_data") ? body.get("input_data") : body;
  }

  private static JsonNode inputData(JsonNode body) {
    Members.of(body, INPUT).check();
    return body.has("input_data") ? body.get("input_data") : NullNode.getInstance();
  }
}
