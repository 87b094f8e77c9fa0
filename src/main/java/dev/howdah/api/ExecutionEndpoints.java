package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.deploy.Deployments;
import dev.howdah.engine.Cancellation;
import dev.howdah.engine.Engine;
import dev.howdah.engine.record.Rerun;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import dev.howdah.json.Value;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Lists, shows, cancels and reruns executions. */
final class ExecutionEndpoints {
  private final Store store;
  private final Engine engine;
  private final Deployments deployments;
  private final StepsJson steps;
  private final WaitingJson waiting;
  private final History history;

  ExecutionEndpoints(
      Store store, Engine engine, Deployments deployments, StepsJson steps, WaitingJson waiting) {
    this.store = store;
    this.engine = engine;
    this.deployments = deployments;
    this.steps = steps;
    this.waiting = waiting;
    this.history = new History(store, engine);
  }

  void mount(Paths paths) {
    paths
        .at("/api/executions")
        .get(
            request ->
                history.page(
                    request, "/api/executions", Optional.empty(), request.query("design")));
    paths.at("/api/executions/:id").get(this::one);
    paths.at("/api/executions/:id/rerun").post(MediaTypes.JSON, this::rerun);
    paths.at("/api/executions/:id/cancel").post(MediaTypes.JSON, this::cancel);
  }

  private ApiAnswer one(ApiRequest request) throws Exception {
    ExecutionRow row = running(request.part("id"));
    ObjectNode json = ExecutionJson.log(row);
    json.put("parent_execution", row.parentExecution());
    json.put("parent_path", row.parentPath());
    json.set("steps", steps.of(row));
    if (row.status() == ExecutionStatus.RUNNING) {
      waiting.addTo(json, row);
    }
    return ApiAnswer.json(200, json);
  }

  private ApiAnswer rerun(ApiRequest request) throws Exception {
    ExecutionRow row = running(request.part("id"));
    Members members = request.members(RerunJson.FIELDS);
    Rerun.Wish wish = RerunJson.wish(members, request.caller());
    Optional<Deployments.Deployed> deployed =
        Optional.ofNullable(row.deploymentId()).flatMap(deployments::stored);
    deployed.ifPresent(Deployments.Deployed::checkActive);
    List<Shape.Misfit> misfits = wish.input().map(input -> misfits(row, input)).orElseGet(List::of);
    if (!misfits.isEmpty()) {
      return MisfitProblem.ofInput(misfits);
    }
    Engine.Accepted accepted =
        engine
            .rerun(row, deployed.map(Deployments.Deployed::id), wish, members.mistakes())
            .get(30, TimeUnit.SECONDS);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("execution_id", accepted.id()).put("status", "running").put("rerun_of", row.id());
    return ApiAnswer.json(202, json).with("Location", "/api/executions/" + accepted.id());
  }

  /** What the revision that runs again does not take of an input; the old one fitted. */
  private List<Shape.Misfit> misfits(ExecutionRow row, Value input) {
    return deployments
        .prepare(row.designId() + "@" + row.revision())
        .schema()
        .misfits(input.node());
  }

  private ApiAnswer cancel(ApiRequest request) throws Exception {
    Members members = request.members(Set.of("reason", "at_once"));
    String reason = members.text("reason").filter(text -> !text.isBlank()).orElse("asked for");
    boolean atOnce = members.flag("at_once").orElse(false);
    members.check();
    ExecutionRow row = running(request.part("id"));
    Cancellation cancellation =
        row.status() == ExecutionStatus.RUNNING
            ? engine.cancel(row.id(), reason, atOnce).get(30, TimeUnit.SECONDS)
            : Cancellation.NOT_RUNNING;
    ObjectNode json = Json.MAPPER.createObjectNode().put("execution_id", row.id());
    return switch (cancellation) {
      case CANCELLED -> ApiAnswer.json(200, json.put("status", "cancelled"));
      case UNDOING -> ApiAnswer.json(202, json.put("status", "running"));
      case NOT_RUNNING -> throw ended(row.id());
    };
  }

  private RuntimeException ended(String execution) {
    return Fault.rejected(
            "execution.ended",
            Blame.CALLER,
            "execution %s has already ended; it is %s"
                .formatted(execution, running(execution).status().label()))
        .toException();
  }

  private ExecutionRow running(String id) {
    return row(engine, store, id);
  }

  /** An execution with a row, or one that has none yet. */
  static ExecutionRow row(Engine engine, Store store, String id) {
    return engine
        .unrecorded(id)
        .or(() -> store.executions().byId(id))
        .orElseThrow(() -> unknown(id));
  }

  static RuntimeException unknown(String id) {
    return Fault.rejected(
            "execution.unknown",
            Blame.CALLER,
            "there is no execution %s; GET /api/executions lists them".formatted(id))
        .toException();
  }
}
