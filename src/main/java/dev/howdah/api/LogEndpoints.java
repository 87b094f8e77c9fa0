package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.howdah.deploy.Deployments;
import dev.howdah.engine.Engine;
import dev.howdah.json.Json;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.HistoryQuery;
import dev.howdah.store.Store;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows the history of deployments. */
final class LogEndpoints {
  private final Store store;
  private final Engine engine;
  private final Deployments deployments;

  LogEndpoints(Store store, Engine engine, Deployments deployments) {
    this.store = store;
    this.engine = engine;
    this.deployments = deployments;
  }

  void mount(Paths paths) {
    paths.at("/api/deployments/:id/logs").get(this::list);
    paths.at("/api/deployments/:id/logs/:log").get(this::one);
  }

  private ApiAnswer list(ApiRequest request) {
    String id = deployments.row(request.part("id")).id();
    int limit = request.number("limit", 1, 1_000, 100);
    Optional<ExecutionStatus> status = request.query("status").map(LogEndpoints::status);
    List<ExecutionRow> page =
        page(new HistoryQuery(Optional.of(id), status, request.query("before"), limit + 1));
    ArrayNode json = Json.MAPPER.createArrayNode();
    page.stream().limit(limit).forEach(row -> json.add(ExecutionJson.log(row)));
    return Pages.of(
        json,
        page.size() > limit,
        "/api/deployments/" + id + "/logs",
        "before",
        limit,
        status.map(s -> "&status=" + s.label()).orElse(""));
  }

  /** Executions that have no row yet belong to the history like all others. */
  private List<ExecutionRow> page(HistoryQuery query) {
    // Those first: what is written in between is in both, and never in neither.
    Map<String, ExecutionRow> found = new HashMap<>();
    for (ExecutionRow row : engine.unrecordedOf(query.deploymentId().orElseThrow())) {
      if (query.status().filter(status -> status != row.status()).isEmpty()
          && query.before().filter(before -> before.compareTo(row.id()) <= 0).isEmpty()) {
        found.put(row.id(), row);
      }
    }
    store.executions().history(query).forEach(row -> found.put(row.id(), row));
    return found.values().stream()
        .sorted(Comparator.comparing(ExecutionRow::id).reversed())
        .limit(query.limit())
        .toList();
  }

  private static ExecutionStatus status(String label) {
    return Arrays.stream(ExecutionStatus.values())
        .filter(status -> status.label().equals(label))
        .findFirst()
        .orElseThrow(() -> ApiRequest.wrong("status is running, completed, failed or cancelled"));
  }

  private ApiAnswer one(ApiRequest request) {
    String id = deployments.row(request.part("id")).id();
    ExecutionRow row = ExecutionEndpoints.row(engine, store, request.part("log"));
    if (!id.equals(row.deploymentId())) {
      throw ExecutionEndpoints.unknown(row.id());
    }
    return ApiAnswer.json(200, ExecutionJson.log(row));
  }
}
