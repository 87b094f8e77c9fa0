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
    JsonNode body = request.object(NEW);
    DeploymentRow row =
        deployments.create(
            text(body, "design_id"),
            revision(body),
            text(body, "endpoint_path"),
            value(body, "schedule").map(Schedule::read));
    return ApiAnswer.json(201, json(row)).with("Location", "/api/deployments/" + row.id());
  }

  private ApiAnswer change(ApiRequest request) {
    JsonNode body = request.object(CHANGES);
    return ApiAnswer.json(
        200,
        json(
            deployments.change(
                request.part("id"),
                new Deployments.Change(
                    value(body, "status").map(DeploymentEndpoints::status),
                    value(body, "schedule").map(Schedule::read),
                    revision(body)))));
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

  private static Optional<JsonNode> value(JsonNode body, String name) {
    return Optional.ofNullable(body.get(name)).filter(value -> !value.isNull());
  }

  private static String text(JsonNode body, String name) {
    return value(body, name)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> ApiRequest.wrong(name + " is missing; it is a text"));
  }

  private static Optional<Integer> revision(JsonNode body) {
    return value(body, "revision")
        .map(
            value -> {
              if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 1) {
                throw ApiRequest.wrong("revision is a whole number from 1");
              }
              return value.intValue();
            });
  }

  private static DeploymentStatus status(JsonNode value) {
    return switch (value.asText()) {
      case "active" -> DeploymentStatus.ACTIVE;
      case "inactive" -> DeploymentStatus.INACTIVE;
      default -> throw ApiRequest.wrong("status is active or inactive");
    };
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
