package dev.howdah.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.design.Document;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.plan.RouteWriter;
import dev.howdah.store.DesignRow;
import dev.howdah.store.Store;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Saves and shows designs. */
final class DesignEndpoints {
  private final Store store;
  private final DesignCatalog catalog;

  DesignEndpoints(Store store, DesignCatalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  void mount(Paths paths) {
    paths.at("/api/designs").get(this::list).post(MediaTypes.DESIGN, this::save);
    paths.at("/api/designs/:id").get(this::one);
    paths.at("/api/designs/:id/routes").get(this::routes);
  }

  private ApiAnswer save(ApiRequest request) {
    DesignCatalog.Saved saved =
        catalog.save("design", text(request), name -> Optional.empty(), false);
    DesignRow row = store.designs().at(saved.id(), saved.revision()).orElseThrow();
    return ApiAnswer.json(201, summary(row))
        .with("Location", "/api/designs/%s?revision=%d".formatted(saved.id(), saved.revision()));
  }

  private static String text(ApiRequest request) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(request.body().getBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw ApiRequest.wrong("the body is not UTF-8 text");
    }
  }

  private ApiAnswer list(ApiRequest request) {
    int limit = request.number("limit", 1, 1_000, 100);
    List<DesignRow> page = store.designs().list(request.query("after").orElse(""), limit + 1);
    ArrayNode json = Json.MAPPER.createArrayNode();
    page.stream().limit(limit).forEach(row -> json.add(summary(row)));
    return Pages.of(json, page.size() > limit, "/api/designs", "after", limit);
  }

  private static ObjectNode summary(DesignRow row) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", row.id());
    json.put("revision", row.revision());
    json.put("name", row.name());
    json.put("created_at", Times.text(row.createdAt()));
    return json;
  }

  private ApiAnswer one(ApiRequest request) {
    DesignRow row = row(request);
    ObjectNode json = summary(row);
    json.put(
        "latest_revision",
        store.designs().latest(row.id()).map(DesignRow::revision).orElse(row.revision()));
    json.set("modules", Json.trusted(row.modules()));
    json.set("design", Document.parse(row.id(), row.document()).root());
    json.put("document", row.document());
    return ApiAnswer.json(200, json);
  }

  private ApiAnswer routes(ApiRequest request) {
    DesignRow row = row(request);
    Plan plan = catalog.find(row.id() + "@" + row.revision()).orElseThrow(() -> unknown(row.id()));
    return ApiAnswer.text(200, "text/yaml; charset=utf-8", RouteWriter.write(plan));
  }

  private DesignRow row(ApiRequest request) {
    String id = request.part("id");
    int revision = request.number("revision", 1, Integer.MAX_VALUE, 0);
    return (revision == 0 ? store.designs().latest(id) : store.designs().at(id, revision))
        .orElseThrow(() -> unknown(revision == 0 ? id : id + "@" + revision));
  }

  private static RuntimeException unknown(String name) {
    return Fault.rejected(
            "design.unknown",
            Blame.CALLER,
            "there is no design %s; GET /api/designs lists them".formatted(name))
        .toException();
  }
}
