package dev.howdah.api;

import dev.howdah.config.Setting;
import dev.howdah.design.ByteSize;
import dev.howdah.node.EngineNode;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * The HTTP API of an engine node, on the server of camel-platform-http. Everything answers on the
 * event loop or on a few workers of its own; no thread of Camel is involved.
 */
public final class Api implements AutoCloseable {
  /** As many as the database has connections for reading, and some that wait for the broker. */
  private static final int WORKERS = 6;

  private static final long LATE_AFTER_SECONDS = 60;

  /** Other nodes may have changed deployments of a shared database. */
  private static final long LOAD_EVERY_MILLIS = 2_000;

  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final Waits waits;
  private final long loading;

  private Api(Vertx vertx, WorkerExecutor workers, Waits waits, long loading) {
    this.vertx = vertx;
    this.workers = workers;
    this.waits = waits;
    this.loading = loading;
  }

  /**
   * Mounts the API of a node that has started. From then on {@code GET /health} answers 200 as long
   * as the engine works.
   *
   * @throws dev.howdah.fault.FaultException {@code config.value}
   */
  public static Api mount(EngineNode node) {
    VertxPlatformHttpRouter router =
        VertxPlatformHttpRouter.lookup(
            node.camel(), VertxPlatformHttpRouter.getRouterNameFromPort(node.port()));
    Vertx vertx = router.vertx();
    WorkerExecutor workers =
        vertx.createSharedWorkerExecutor(
            "howdah-api-" + node.port(), WORKERS, LATE_AFTER_SECONDS, TimeUnit.SECONDS);
    long mostBody = node.settings().parsed(Setting.HTTP_MAX_BODY, ByteSize::parse).bytes();
    Waits waits = new Waits(node.engine(), node.settings().number(Setting.WAITING));
    StepsJson steps = new StepsJson(node.store(), node.catalog());
    EventStreams streams =
        new EventStreams(new EventLogs(node.engine(), node.store(), steps, vertx, workers));
    CallServices services =
        new CallServices(node.engine(), node.store(), node.deployments(), waits, streams, workers);
    DeployedEndpoint deployed = new DeployedEndpoint(services, mostBody);

    // What is called most comes first: the router tries one path after the other.
    Paths paths = new Paths(router, workers, mostBody);
    paths.all(DeployedEndpoint.PATH + "/*", deployed);
    new ExecutionEndpoints(
            node.store(),
            node.engine(),
            node.deployments(),
            steps,
            new WaitingJson(node.engine(), node::groupLoad))
        .mount(paths);
    new EventsEndpoint(streams, workers).mount(paths);
    new LogEndpoints(node.store(), node.engine(), node.deployments()).mount(paths);
    new DeploymentEndpoints(node.store(), node.deployments(), deployed).mount(paths);
    new DesignEndpoints(node.store(), node.catalog()).mount(paths);
    new ModuleEndpoints(node.store(), node.clock()).mount(paths);
    new PromiseEndpoints(node.store(), node.engine(), node.clock()).mount(paths);
    new BlockKindEndpoint(node.kinds()).mount(paths);
    new HealthEndpoint(node.engine()).mount(paths);
    paths.nothingElseAt("/api/*");
    if (router.getServer().getServer().requestHandler() instanceof Router root) {
      Paths.unserved(root);
    }
    Api api = new Api(vertx, workers, waits, load(node, vertx, workers));
    node.open();
    return api;
  }

  private static long load(EngineNode node, Vertx vertx, WorkerExecutor workers) {
    if (!node.store().shared()) {
      return -1;
    }
    return vertx.setPeriodic(
        LOAD_EVERY_MILLIS,
        tick ->
            workers.executeBlocking(
                () -> {
                  node.deployments().load();
                  return null;
                },
                false));
  }

  /** How many callers wait for results. */
  public int waiting() {
    return waits.waiting();
  }

  @Override
  public void close() {
    if (loading >= 0) {
      vertx.cancelTimer(loading);
    }
    workers.close();
  }
}
