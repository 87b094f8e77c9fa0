package dev.howdah.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.design.Durations;
import dev.howdah.engine.Engine;
import dev.howdah.engine.record.PromiseTurns;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.graph.SchemaCheck;
import dev.howdah.json.Json;
import dev.howdah.json.Shape;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.PromiseStatus;
import dev.howdah.store.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Creates, shows and settles promises. Settling twice gives what was settled first. */
final class PromiseEndpoints {
  private static final int LONGEST_ID = 200;
  private static final int MOST = 1000;

  private final Store store;
  private final Engine engine;
  private final InstantSource clock;

  PromiseEndpoints(Store store, Engine engine, InstantSource clock) {
    this.store = store;
    this.engine = engine;
    this.clock = clock;
  }

  void mount(Paths paths) {
    paths.at("/api/promises").get(this::list).post(MediaTypes.JSON, this::create);
    paths.at("/api/promises/:id").get(this::one);
    paths
        .at("/api/promises/:id/resolve")
        .post(MediaTypes.JSON, request -> settle(request, PromiseStatus.RESOLVED));
    paths
        .at("/api/promises/:id/reject")
        .post(MediaTypes.JSON, request -> settle(request, PromiseStatus.REJECTED));
    paths
        .at("/api/promises/:id/cancel")
        .post(MediaTypes.JSON, request -> settle(request, PromiseStatus.REJECTED_CANCELED));
  }

  private ApiAnswer list(ApiRequest request) {
    int limit = request.number("limit", 1, MOST, 100);
    String status = request.query("status").orElse("pending");
    if (!status.equals("pending") && !status.equals("all")) {
      throw ApiRequest.wrong("status is pending or all");
    }
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (PromiseRow row :
        store.promises().newest(status.equals("pending"), clock.millis(), limit)) {
      list.add(json(row.at(clock.millis())));
    }
    return ApiAnswer.json(200, list);
  }

  private ApiAnswer create(ApiRequest request) throws Exception {
    Members members = request.members(Set.of("id", "timeout", "title", "schema"));
    String id = id(members);
    Optional<String> title = members.text("title");
    Optional<JsonNode> schema = schema(members);
    Optional<Duration> timeout = timeout(members);
    members.check();
    long now = clock.millis();
    PromiseRow row =
        new PromiseRow(
            id,
            null,
            null,
            PromiseStatus.PENDING,
            null,
            title.orElse(null),
            schema.map(Json::write).orElse(null),
            now,
            timeout.map(t -> now + t.toMillis()).orElse(null),
            null);
    boolean[] fresh = new boolean[1];
    PromiseRow there =
        ask(turns -> {
              fresh[0] = turns.find(id).isEmpty();
              return Optional.of(turns.create(row));
            })
            .orElseThrow();
    return ApiAnswer.json(fresh[0] ? 201 : 200, json(there))
        .with("Location", "/api/promises/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
  }

  private static String id(Members members) {
    String id = members.needed("id").orElse("");
    if (id.length() > LONGEST_ID) {
      members.wrong(
          Members.pointer("id"),
          "id has %d characters".formatted(id.length()),
          "it is a text of 1 to %d characters".formatted(LONGEST_ID));
    }
    if (id.chars().anyMatch(Character::isISOControl)) {
      members.wrong(Members.pointer("id"), "id has a control character", "leave it out");
    }
    return id;
  }

  private static Optional<JsonNode> schema(Members members) {
    Optional<JsonNode> schema = members.value("schema");
    if (schema.isPresent() && !schema.get().isObject()) {
      members.wrong(
          Members.pointer("schema"),
          "schema is " + Members.kind(schema.get()),
          "it is a JSON Schema, which is an object");
      return Optional.empty();
    }
    schema.ifPresent(s -> SchemaCheck.check(s, Members.pointer("schema"), members::wrong));
    return schema;
  }

  private static Optional<Duration> timeout(Members members) {
    try {
      return members.text("timeout").map(Durations::parse);
    } catch (IllegalArgumentException e) {
      members.wrong(
          Members.pointer("timeout"),
          "timeout is " + members.object().get("timeout"),
          Durations.CURE);
      return Optional.empty();
    }
  }

  private ApiAnswer one(ApiRequest request) throws Exception {
    String id = request.part("id");
    return ApiAnswer.json(200, json(ask(turns -> turns.find(id)).orElseThrow(() -> unknown(id))));
  }

  private ApiAnswer settle(ApiRequest request, PromiseStatus status) throws Exception {
    String id = request.part("id");
    JsonNode value = request.object(Set.of("value")).get("value");
    PromiseRow before = store.promises().byId(id).orElseThrow(() -> unknown(id));
    if (status == PromiseStatus.RESOLVED && before.jsonSchema() != null) {
      List<Shape.Misfit> misfits =
          Shape.of(Json.trusted(before.jsonSchema()))
              .misfits(value == null ? Json.MAPPER.nullNode() : value);
      if (!misfits.isEmpty() && before.at(clock.millis()).status() == PromiseStatus.PENDING) {
        return MisfitProblem.of(
            "promise.schema", "the value does not fit the promise's schema", misfits);
      }
    }
    String text = value == null ? null : Json.write(value);
    return ApiAnswer.json(
        200, json(ask(turns -> turns.settle(id, status, text)).orElseThrow(() -> unknown(id))));
  }

  private Optional<PromiseRow> ask(Function<PromiseTurns, Optional<PromiseRow>> what)
      throws Exception {
    try {
      return engine.promise(what).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FaultException fault ? fault : e;
    }
  }

  private static RuntimeException unknown(String id) {
    return Fault.rejected(
            "promise.unknown",
            Blame.CALLER,
            "there is no promise %s; GET /api/promises lists those that are pending".formatted(id))
        .toException();
  }

  private static ObjectNode json(PromiseRow row) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", row.id());
    json.put("status", row.status().label());
    json.set("value", row.value() == null ? null : Json.trusted(row.value()));
    json.put("title", row.title());
    json.set("schema", row.jsonSchema() == null ? null : Json.trusted(row.jsonSchema()));
    json.put("execution_id", row.execution());
    json.put("path", row.path());
    json.put("created_at", Times.text(row.createdAt()));
    json.put("due_at", row.dueAt() == null ? null : Times.text(row.dueAt()));
    json.put("settled_at", row.settledAt() == null ? null : Times.text(row.settledAt()));
    return json;
  }
}
