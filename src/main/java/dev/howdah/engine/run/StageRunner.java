package dev.howdah.engine.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.fault.Fault;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/** Sends a dispatched stage through its route and gives what came of it. Thread-safe. */
public final class StageRunner {
  private static final int CANCELS_REMEMBERED = 20_000;

  private final CamelContext camel;
  private final StageRoutes routes;
  private final String node;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Function<String, Optional<JsonNode>> secrets;
  private final Map<String, Set<StageRun>> running = new ConcurrentHashMap<>();
  private final RecentCancels cancelled = new RecentCancels(CANCELS_REMEMBERED);

  /**
   * @param node the name of this process in records
   * @param nanos a monotonic clock in nanoseconds
   * @param secrets values by name
   */
  public StageRunner(
      CamelContext camel,
      StageRoutes routes,
      String node,
      InstantSource clock,
      LongSupplier nanos,
      Function<String, Optional<JsonNode>> secrets) {
    this.camel = camel;
    this.routes = routes;
    this.node = node;
    this.clock = clock;
    this.nanos = nanos;
    this.secrets = secrets;
  }

  /**
   * Runs one attempt, unless its execution has been cancelled: then it fails before anything has
   * run. Returns when the route is done or waits without a thread.
   *
   * @param partials told what blocks write while they write it, from any thread
   * @param done gets the result exactly once, on this or another thread
   */
  public void run(Dispatch dispatch, Consumer<Partial> partials, Consumer<StageResult> done) {
    if (cancelled.contains(dispatch.execution())) {
      done.accept(failed(dispatch, Faults.CANCELLED));
      return;
    }
    LoadedPlan plan;
    try {
      plan = routes.enter(dispatch.plan());
    } catch (RuntimeException e) {
      done.accept(failed(dispatch, Faults.of(e)));
      return;
    }
    LoadedPlan.Route route;
    try {
      route = plan.route(dispatch.stage());
    } catch (RuntimeException e) {
      plan.leave();
      done.accept(failed(dispatch, Faults.of(e)));
      return;
    }
    StageRun run = new StageRun(dispatch, plan, route, clock, nanos, secrets, partials);
    Exchange exchange = new DefaultExchange(camel);
    exchange.setProperty(StageRun.PROPERTY, run);
    exchange.getMessage().setBody(dispatch.input().node());
    register(run);
    if (cancelled.contains(dispatch.execution())) {
      // Whoever cancelled it may have looked before it was registered.
      run.cancellation().fire();
    }
    route
        .processor()
        .process(
            exchange,
            doneSync -> {
              unregister(run);
              plan.leave();
              Optional<Fault> fault = Optional.ofNullable(exchange.getException()).map(Faults::of);
              done.accept(
                  new StageResult(
                      dispatch.execution(),
                      dispatch.path(),
                      dispatch.attempt(),
                      node,
                      run.results(fault)));
            });
  }

  /** Stops what runs of an execution in this process, and lets nothing more of it begin. */
  public void cancel(String execution) {
    cancelled.add(execution);
    running.getOrDefault(execution, Set.of()).forEach(run -> run.cancellation().fire());
  }

  /** Stops what runs in this process of the stage of that path. */
  public void cancel(String execution, String path) {
    running.getOrDefault(execution, Set.of()).stream()
        .filter(run -> run.dispatch().path().equals(path))
        .forEach(run -> run.cancellation().fire());
  }

  private void register(StageRun run) {
    running.compute(
        run.dispatch().execution(),
        (id, runs) -> {
          Set<StageRun> all = runs == null ? ConcurrentHashMap.newKeySet(2) : runs;
          all.add(run);
          return all;
        });
  }

  private void unregister(StageRun run) {
    running.computeIfPresent(
        run.dispatch().execution(),
        (id, runs) -> {
          runs.remove(run);
          return runs.isEmpty() ? null : runs;
        });
  }

  /** The result of a stage whose route could not even begin: it fails at its first block. */
  public StageResult failed(Dispatch dispatch, Fault fault) {
    String block = dispatch.path().substring(dispatch.path().lastIndexOf('/') + 1);
    return new StageResult(
        dispatch.execution(),
        dispatch.path(),
        dispatch.attempt(),
        node,
        List.of(new StepResult.Failed(block, clock.millis(), 0, fault)));
  }
}
