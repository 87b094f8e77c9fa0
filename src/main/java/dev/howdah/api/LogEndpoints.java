package dev.howdah.api;

import dev.howdah.deploy.Deployments;
import dev.howdah.engine.Engine;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.Store;
import java.util.Optional;

/** Shows the history of deployments. */
final class LogEndpoints {
  private final Store store;
  private final Engine engine;
  private final Deployments deployments;
  private final History history;

  LogEndpoints(Store store, Engine engine, Deployments deployments) {
    this.store = store;
    this.engine = engine;
    this.deployments = deployments;
    this.history = new History(store, engine);
  }

  void mount(Paths paths) {
    paths.at("/api/deployments/:id/logs").get(this::list);
    paths.at("/api/deployments/:id/logs/:log").get(this::one);
  }

  private ApiAnswer list(ApiRequest request) {
    String id = deployments.row(request.part("id")).id();
    String path = "/api/deployments/" + id + "/logs";
    return history.page(request, path, Optional.of(id), Optional.empty());
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
