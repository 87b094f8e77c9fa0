package dev.howdah.node;

import dev.howdah.json.Json;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultRegistry;

/**
 * Answers every request with 503 from when the HTTP server listens until the node can serve it:
 * whoever asks a node that starts is told to ask again, and not that there is nothing.
 */
final class Gate implements Handler<RoutingContext> {
  private static final String ANSWER =
      Json.write(
          Json.MAPPER
              .createObjectNode()
              .put("type", "urn:howdah:problem:engine.starting")
              .put("title", "Service Unavailable")
              .put("status", 503)
              .put("detail", "this node is starting; ask again in a second")
              .put("code", "engine.starting"));

  private Route route;

  /**
   * Gives a context a registry that tells of its HTTP router before that is listened to: later
   * there would be a moment in which nothing is served.
   */
  void guard(CamelContext context) {
    Registry beans = context.getRegistry();
    context
        .getCamelContextExtension()
        .setRegistry(
            new DefaultRegistry(beans) {
              @Override
              public void bind(String id, Class<?> type, Object bean) {
                if (bean instanceof VertxPlatformHttpRouter router) {
                  shut(router);
                }
                super.bind(id, type, bean);
              }
            });
  }

  private synchronized void shut(VertxPlatformHttpRouter router) {
    route = router.route().order(Integer.MIN_VALUE).handler(this);
  }

  /** Lets all requests through from now on. */
  synchronized void open() {
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
