package dev.howdah.engine.run;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Services;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Graph;
import dev.howdah.graph.Node;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import dev.howdah.plan.RouteWriter;
import dev.howdah.plan.Stage;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of designs that run in this process. A plan is compiled and loaded when it is first
 * needed and unloaded when others were needed more recently, so that an idle design costs nothing.
 * Thread-safe.
 */
public final class StageRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(StageRoutes.class);
  private static final String WARM_UP =
      """
      - route:
          id: %s
          from:
            uri: direct:%s
            steps:
              - setBody: {id: a, jq: {expression: .a}}
              - choice: {id: b, when: [{jq: {expression: .a}, steps: [{to: "stage:end"}]}]}
              - to: {id: c, uri: "sleep:for", parameters: {duration: 1s}}
      """;

  private final CamelContext camel;
  private final Plans plans;
  private final int most;
  private final Map<String, LoadedPlan> loaded = new ConcurrentHashMap<>();
  private final Map<String, Long> lastUsed = new ConcurrentHashMap<>();
  private final Map<String, Node> nodesOfLoading = new HashMap<>();
  private final AtomicLong uses = new AtomicLong();

  /**
   * @param camel must not be started yet
   * @param most how many plans stay loaded
   */
  public StageRoutes(
      CamelContext camel,
      Kinds kinds,
      Plans plans,
      Function<Plan, Services> services,
      Duration defaultTimeout,
      ScheduledExecutorService timer,
      int most) {
    this.camel = camel;
    this.plans = plans;
    this.most = most;
    CallSettings settings = new CallSettings(services, defaultTimeout, timer);
    camel.getRegistry().bind("stage", new StageComponent());
    camel.getRegistry().bind("jq", JqLanguage.jq());
    camel.getRegistry().bind("template", JqLanguage.template());
    camel.getRegistry().bind("recipients", new RecipientsLanguage());
    kinds.all().stream()
        .filter(LeafKind.class::isInstance)
        .forEach(kind -> bind((LeafKind<?>) kind, settings));
    camel.getCamelContextExtension().addInterceptStrategy(new Recorders());
  }

  private <C extends Record> void bind(LeafKind<C> kind, CallSettings settings) {
    camel.getRegistry().bind(kind.scheme(), new BlockComponent<>(kind, settings));
  }

  /**
   * The routes of a plan, loaded if they are not, and entered: the caller leaves them when its
   * stage is done.
   *
   * @throws dev.howdah.fault.FaultException when the plan is unknown here or does not load
   */
  LoadedPlan enter(String name) {
    LoadedPlan plan = loaded.get(name);
    while (plan == null || !plan.enter()) {
      plan = load(name);
    }
    if (loaded.size() > most / 2) {
      lastUsed.put(name, uses.incrementAndGet());
    }
    return plan;
  }

  /**
   * Loads a route and removes it again, so that the first design that is called does not wait for
   * the classes that read YAML.
   */
  public synchronized void warmUp() {
    String id = "howdah-warm-up";
    try {
      add(ResourceHelper.fromString(id + ".yaml", WARM_UP.formatted(id, id)));
      camel.getRouteController().stopRoute(id);
      camel.removeRoute(id);
      camel.removeEndpoints("direct:" + id);
    } catch (Exception e) {
      LOG.warn("Loading a first route failed; the first call will be slower.", e);
    }
  }

  /** How many plans are loaded. */
  public int size() {
    return loaded.size();
  }

  private synchronized LoadedPlan load(String name) {
    LoadedPlan known = loaded.get(name);
    if (known != null) {
      return known;
    }
    Plan plan =
        plans
            .find(name)
            .orElseThrow(
                () ->
                    Fault.retryable(
                            "engine.unknown-design",
                            Blame.ENGINE,
                            "design %s is not known to this node yet".formatted(name))
                        .toException());
    while (loaded.size() >= most && unloadLeastRecentlyUsed()) {}
    LoadedPlan fresh = load(plan);
    loaded.put(name, fresh);
    return fresh;
  }

  private LoadedPlan load(Plan plan) {
    nodesOfLoading.clear();
    collect(plan, plan.graph());
    try {
      add(ResourceHelper.fromString(plan.name() + ".yaml", RouteWriter.write(plan)));
    } catch (Exception e) {
      unload(plan);
      LOG.error("The routes of {} do not load; its executions fail.", plan.name(), e);
      throw Fault.rejected(
              "design.does-not-load",
              Blame.DESIGN,
              "the routes of design %s do not load: %s".formatted(plan.name(), e.getMessage()))
          .toException();
    } finally {
      nodesOfLoading.clear();
    }
    Map<String, LoadedPlan.Route> routes = new LinkedHashMap<>();
    collect(plan, plan.graph(), routes);
    return new LoadedPlan(plan, routes);
  }

  /** Errors are the engine's business, so the routes do without Camel's own error handler. */
  private void add(Resource yaml) throws Exception {
    for (RoutesBuilder builder : PluginHelper.getRoutesLoader(camel).findRoutesBuilders(yaml)) {
      if (builder instanceof RouteBuilder routes) {
        routes.setErrorHandlerFactory(new NoErrorHandlerDefinition());
      }
      camel.addRoutes(builder);
    }
  }

  private void collect(Plan plan, Graph graph) {
    for (Node node : graph.nodes()) {
      nodesOfLoading.put(plan.name() + "/" + node.path(), node);
      node.bodies().values().forEach(body -> collect(plan, body));
    }
  }

  private void collect(Plan plan, Graph graph, Map<String, LoadedPlan.Route> routes) {
    for (Node node : graph.nodes()) {
      plan.headedBy(node)
          .ifPresent(
              stage ->
                  routes.put(
                      stage.id(), new LoadedPlan.Route(stage, graph, entry(plan.routeId(stage)))));
      node.bodies().values().forEach(body -> collect(plan, body, routes));
    }
  }

  private AsyncProcessor entry(String routeId) {
    Route route = camel.getRoute(routeId);
    return AsyncProcessorConverterHelper.convert(route.getConsumer().getProcessor());
  }

  /** False when all are in use, which then are more than should be for as long as that lasts. */
  private boolean unloadLeastRecentlyUsed() {
    // They are used meanwhile, which must not confuse the sorting.
    Map<String, Long> used = Map.copyOf(lastUsed);
    Optional<LoadedPlan> idle =
        loaded.values().stream()
            .sorted(Comparator.comparingLong(p -> used.getOrDefault(p.plan().name(), 0L)))
            .filter(LoadedPlan::retire)
            .findFirst();
    idle.map(LoadedPlan::plan)
        .ifPresent(
            plan -> {
              lastUsed.remove(plan.name());
              loaded.remove(plan.name());
              unload(plan);
            });
    return idle.isPresent();
  }

  private void unload(Plan plan) {
    for (Stage stage : plan.all()) {
      String id = plan.routeId(stage);
      if (camel.getRoute(id) == null) {
        continue;
      }
      try {
        camel.getRouteController().stopRoute(id);
        camel.removeRoute(id);
        // By name Camel would match it against every endpoint there is.
        camel.removeEndpoint(camel.hasEndpoint("direct:" + id));
      } catch (Exception e) {
        LOG.warn("Route {} of an idle design stays loaded; it costs memory only.", id, e);
      }
    }
  }

  /** Wraps every block of the plan being loaded, so that its steps are recorded. */
  private final class Recorders implements InterceptStrategy {
    @Override
    public Processor wrapProcessorInInterceptors(
        CamelContext context, NamedNode definition, Processor target, Processor next) {
      // Camel gives ids such as to1 to what has none, which blocks may have too.
      if (!(definition instanceof OptionalIdentifiedDefinition<?> identified)
          || !identified.hasCustomIdAssigned()
          || definition.getNodePrefixId() == null) {
        return target;
      }
      String id = definition.getNodePrefixId() + definition.getId();
      Node node = nodesOfLoading.get(id);
      if (node != null) {
        return new StepRecorder(node, target);
      }
      if (id.endsWith(RouteWriter.WHEN)) {
        Node guarded = nodesOfLoading.get(id.substring(0, id.length() - RouteWriter.WHEN.length()));
        if (guarded != null) {
          return new WhenRecorder(guarded, target);
        }
      }
      return target;
    }
  }
}
