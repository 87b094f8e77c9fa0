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
import java.util.function.Supplier;
import org.apache.camel.AsyncProcessor;

/** A plan whose routes are running in Camel. Thread-safe. */
final class LoadedPlan {
  /** A running route and what it was compiled from. */
  record Route(Stage stage, Graph graph, AsyncProcessor processor) {}

  private final Plan plan;
  private final Map<String, Route> routes;
  private final Map<String, Call> calls = new ConcurrentHashMap<>();

  LoadedPlan(Plan plan, Map<String, Route> routes) {
    this.plan = plan;
    this.routes = Map.copyOf(routes);
  }

  Plan plan() {
    return plan;
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
