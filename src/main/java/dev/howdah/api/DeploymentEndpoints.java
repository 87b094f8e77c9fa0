package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.deploy.Deployments;
import dev.howdah.deploy.Schedule;
import dev.howdah.json.Json;
import dev.howdah.store.DeploymentRow;
import dev.howdah.store.DeploymentStatus;
import dev.howdah.store.Store;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Deploys designs, and changes and removes deployments. */
final class DeploymentEndpoints {
  private static final Set<String> NEW =
      Set.of("design_id", "revision", "endpoint_path", "schedule");
  private static final Set<String> CHANGES = Set.of("status", "schedule", "revision");

  private final Store store;
  private final Deployments deployments;
  private final DeployedEndpoint deployed;

  DeploymentEndpoints(Store store, Deployments deployments, DeployedEndpoint deployed) {
    this.store = store;
    this.deployments = deployments;
    this.deployed = deployed;
  }

  void mount(Paths paths) {
    paths.at("/api/deployments").get(this::list).post(MediaTypes.JSON, this::create);
    paths
        .at("/api/deployments/:id")
        .get(request -> ApiAnswer.json(200, json(deployments.row(request.part("id")))))
        .put(MediaTypes.JSON, this::change)
        .delete(this::delete);
    paths.at("/api/deployments/:id/execute").on(HttpMethod.POST, deployed::execute);
  }

  private ApiAnswer create(ApiRequest request) {
    Members members = request.members(NEW);
    Optional<String> design = members.needed("design_id");
    Optional<Integer> revision = revision(members);
    Optional<String> path = members.needed("endpoint_path");
    Optional<Schedule> schedule = schedule(members);
    deployments.check(design, revision, path, schedule, members.mistakes());
    members.check();
    DeploymentRow row =
        deployments.create(design.orElseThrow(), revision, path.orElseThrow(), schedule);
    return ApiAnswer.json(201, json(row)).with("Location", "/api/deployments/" + row.id());
  }

  private ApiAnswer change(ApiRequest request) {
    String id = deployments.row(request.part("id")).id();
    Members members = request.members(CHANGES);
    Optional<Schedule> schedule = schedule(members);
    Deployments.Change change =
        new Deployments.Change(
            status(members),
            members.object().has("schedule")
                ? Optional.of(new Deployments.NewSchedule(schedule))
                : Optional.empty(),
            revision(members));
    deployments.check(id, change, members.mistakes());
    members.check();
    return ApiAnswer.json(200, json(deployments.change(id, change)));
  }

  private ApiAnswer delete(ApiRequest request) {
    deployments.delete(request.part("id"));
    return ApiAnswer.empty(204);
  }

  private ApiAnswer list(ApiRequest request) {
    int limit = request.number("limit", 1, 10_000, 1_000);
    List<DeploymentRow> page =
        store.deployments().list(request.query("after").orElse(""), limit + 1);
    ArrayNode json = Json.MAPPER.createArrayNode();
    page.stream().limit(limit).forEach(row -> json.add(json(row)));
    return Pages.of(json, page.size() > limit, "/api/deployments", "after", limit);
  }

  private static Optional<Schedule> schedule(Members members) {
    return members
        .value("schedule")
        .flatMap(json -> Schedule.read(json, Members.pointer("schedule"), members.mistakes()));
  }

  private static Optional<Integer> revision(Members members) {
    Optional<JsonNode> value = members.value("revision");
    boolean right =
        value
            .filter(v -> v.isIntegralNumber() && v.canConvertToInt() && v.intValue() >= 1)
            .isPresent();
    if (value.isPresent() && !right) {
      members.wrong(
          Members.pointer("revision"),
          "revision is " + Members.kind(value.get()),
          "it is a whole number from 1");
      return Optional.empty();
    }
    return value.map(JsonNode::intValue);
  }

  private static Optional<DeploymentStatus> status(Members members) {
    Optional<String> label = members.text("status");
    Optional<DeploymentStatus> status =
        label.flatMap(
            text ->
                Stream.of(DeploymentStatus.ACTIVE, DeploymentStatus.INACTIVE)
                    .filter(known -> known.label().equals(text))
                    .findFirst());
    if (label.isPresent() && status.isEmpty()) {
      members.wrong(
          Members.pointer("status"),
          "status is \"%s\"".formatted(label.get()),
          "it is active or inactive");
    }
    return status;
  }

  private static ObjectNode json(DeploymentRow row) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", row.id());
    json.put("design_id", row.designId());
    json.put("design_name", row.designName());
    json.put("revision", row.revision());
    json.put("endpoint_path", row.endpointPath());
    json.put("status", row.status().label());
    json.set("schedule", row.schedule() == null ? null : Json.trusted(row.schedule()));
    json.put("created_at", Times.text(row.createdAt()));
    json.put("updated_at", Times.text(row.updatedAt()));
    Times.put(json, "last_execution_at", row.lastExecutionAt());
    json.put("execution_count", row.executionCount());
    return json;
  }
}
