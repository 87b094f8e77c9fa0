package dev.howdah.engine.run;

import dev.howdah.block.spi.Call;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Stage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.AsyncProcessor;

/**
 * A plan whose routes are running in Camel. Whoever sends through them {@link #enter enters} first
 * and {@link #leave leaves} afterwards, so that they are never taken away from under a stage.
 * Thread-safe.
 */
final class LoadedPlan {
  /** A running route and what it was compiled from. */
  record Route(Stage stage, Graph graph, AsyncProcessor processor) {}

  private static final int RETIRED = -1;

  private final Plan plan;
  private final Map<String, Route> routes;
  private final Map<String, Call> calls = new ConcurrentHashMap<>();
  private final AtomicInteger users = new AtomicInteger();

  LoadedPlan(Plan plan, Map<String, Route> routes) {
    this.plan = plan;
    this.routes = Map.copyOf(routes);
  }

  Plan plan() {
    return plan;
  }

  /** Begins to use the routes; false when they are being unloaded. */
  boolean enter() {
    return users.updateAndGet(n -> n == RETIRED ? RETIRED : n + 1) != RETIRED;
  }

  void leave() {
    users.decrementAndGet();
  }

  /** Lets nobody enter any more; false when somebody is inside. */
  boolean retire() {
    return users.compareAndSet(0, RETIRED);
  }

  Route route(String stage) {
    Route route = routes.get(stage);
    if (route == null) {
      throw Fault.rejected(
              "engine.unknown-stage",
              Blame.ENGINE,
              "design %s has no stage %s".formatted(plan.name(), stage))
          .toException();
    }
    return route;
  }

  /** The call of a block, prepared when it is first needed. */
  Call call(Node node, Supplier<Call> prepare) {
    Call call = calls.get(node.path());
    return call != null ? call : calls.computeIfAbsent(node.path(), path -> prepare.get());
  }
}
