package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.deploy.Deployments;
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

/** Shows and cancels executions. */
final class ExecutionEndpoints {
  private final Store store;
  private final Engine engine;
  private final Deployments deployments;
  private final StepsJson steps;
  private final WaitingJson waiting;

  ExecutionEndpoints(
      Store store, Engine engine, Deployments deployments, StepsJson steps, WaitingJson waiting) {
    this.store = store;
    this.engine = engine;
    this.deployments = deployments;
    this.steps = steps;
    this.waiting = waiting;
  }

  void mount(Paths paths) {
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
    JsonNode wanted = request.object(Set.of("from_step", "input", "overrides", "skip"));
    ExecutionRow row = running(request.part("id"));
    Rerun.Wish wish = RerunJson.wish(wanted, request.caller());
    Optional<Deployments.Deployed> deployed =
        Optional.ofNullable(row.deploymentId()).flatMap(deployments::stored);
    deployed.ifPresent(Deployments.Deployed::checkActive);
    List<Shape.Misfit> misfits = wish.input().map(input -> misfits(row, input)).orElseGet(List::of);
    if (!misfits.isEmpty()) {
      return MisfitProblem.ofInput(misfits);
    }
    Engine.Accepted accepted =
        engine.rerun(row, deployed.map(Deployments.Deployed::id), wish).get(30, TimeUnit.SECONDS);
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
    JsonNode reason = request.object(Set.of("reason")).path("reason");
    if (!reason.isMissingNode() && !reason.isNull() && !reason.isTextual()) {
      throw ApiRequest.wrong("reason is a text");
    }
    ExecutionRow row = running(request.part("id"));
    boolean cancelled =
        row.status() == ExecutionStatus.RUNNING
            && engine
                .cancel(row.id(), reason.asText("").isBlank() ? "asked for" : reason.asText())
                .get(30, TimeUnit.SECONDS);
    if (!cancelled) {
      throw Fault.rejected(
              "execution.ended",
              Blame.CALLER,
              "execution %s has already ended; it is %s"
                  .formatted(row.id(), running(row.id()).status().label()))
          .toException();
    }
    ObjectNode json = Json.MAPPER.createObjectNode();
    return ApiAnswer.json(200, json.put("execution_id", row.id()).put("status", "cancelled"));
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
            "there is no execution %s; GET /api/deployments/{id}/logs lists them".formatted(id))
        .toException();
  }
}
