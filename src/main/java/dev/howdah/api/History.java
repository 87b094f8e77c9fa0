package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.howdah.engine.Engine;
import dev.howdah.json.Json;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.HistoryQuery;
import dev.howdah.store.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers with pages of executions, newest first. Those without a row yet belong to them. */
final class History {
  private final Store store;
  private final Engine engine;

  History(Store store, Engine engine) {
    this.store = store;
    this.engine = engine;
  }

  /**
   * The page that a request asks for with {@code limit}, {@code before} and {@code status}.
   *
   * @param path of the list
   */
  ApiAnswer page(
      ApiRequest request, String path, Optional<String> deployment, Optional<String> design) {
    int limit = request.number("limit", 1, 1_000, 100);
    Optional<ExecutionStatus> status = request.query("status").map(History::status);
    List<ExecutionRow> page =
        rows(new HistoryQuery(deployment, design, status, request.query("before"), limit + 1));
    ArrayNode json = Json.MAPPER.createArrayNode();
    page.stream().limit(limit).forEach(row -> json.add(ExecutionJson.log(row)));
    String filters =
        status.map(s -> "&status=" + s.label()).orElse("")
            + design
                .map(id -> "&design=" + URLEncoder.encode(id, StandardCharsets.UTF_8))
                .orElse("");
    return Pages.of(json, page.size() > limit, path, "before", limit, filters);
  }

  private List<ExecutionRow> rows(HistoryQuery query) {
    // Those first: what is written in between is in both, and never in neither.
    Map<String, ExecutionRow> found = new HashMap<>();
    engine.unrecorded().stream().filter(query::has).forEach(row -> found.put(row.id(), row));
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
}
