package dev.howdah.node;

import dev.howdah.json.Json;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Answers every request with 503 from when the HTTP server listens until the node can serve it:
 * whoever asks a node that starts is told to ask again, and not that there is nothing.
 */
final class Gate implements StartupListener, Handler<RoutingContext> {
  private static final String ANSWER =
      Json.write(
          Json.MAPPER
              .createObjectNode()
              .put("type", "urn:howdah:problem:engine.starting")
              .put("title", "Service Unavailable")
              .put("status", 503)
              .put("detail", "this node is starting; ask again in a second")
              .put("code", "engine.starting"));

  private final int port;
  private Route route;
  private boolean open;

  Gate(int port) {
    this.port = port;
  }

  /** Called when the server listens, before any of the users' routes are there. */
  @Override
  public synchronized void onCamelContextStarting(CamelContext context, boolean alreadyStarted) {
    if (open || route != null) {
      return;
    }
    VertxPlatformHttpRouter router =
        VertxPlatformHttpRouter.lookup(
            context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    if (router != null) {
      route = router.route().order(Integer.MIN_VALUE).handler(this);
    }
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    onCamelContextStarting(context, alreadyStarted);
  }

  /** Lets all requests through from now on. */
  synchronized void open() {
    open = true;
    if (route != null) {
      route.remove();
    }
  }

  @Override
  public void handle(RoutingContext context) {
    context
        .response()
        .setStatusCode(503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.RETRY_AFTER, "1")
        .end(ANSWER);
  }
}
