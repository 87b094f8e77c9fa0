package dev.howdah.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.broker.Broker;
import dev.howdah.broker.Clients;
import dev.howdah.broker.GroupLoad;
import dev.howdah.broker.Topics;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.deploy.Deployments;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.HowdahComponent;
import dev.howdah.design.Block;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Durations;
import dev.howdah.engine.Daemons;
import dev.howdah.engine.Engine;
import dev.howdah.engine.EngineSettings;
import dev.howdah.engine.run.StageRoutes;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.store.Executions;
import dev.howdah.store.Store;
import dev.howdah.store.StoreSettings;
import dev.howdah.worker.camel.CamelCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with database, broker, scheduler and API: starts the parts in the order in which they
 * need each other, the slow ones at the same time, and stops them in the opposite order.
 */
public final class EngineNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineNode.class);
  private static final String CLUSTER = "kafka.cluster";
  private static final Duration BROKER_TELLS_WITHIN = Duration.ofSeconds(1);

  private static final Duration TOPICS_WITHIN = Duration.ofSeconds(30);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Settings settings;
  private final InstantSource clock;
  private Store store;
  private Broker broker;
  private DesignCatalog catalog;
  private Engine engine;
  private Announcer announcer;
  private volatile Deployments deployments;
  private CamelHost camel;
  private Admin admin;
  private Kinds kinds;
  private String name;

  private EngineNode(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Starts a node.
   *
   * @param anyBrokerPort whether another port will do when the broker's default one is taken
   * @param onDeath told when the node cannot go on, because its own broker died or another process
   *     has its name
   * @throws FaultException when a part does not start; everything is stopped again then
   */
  public static EngineNode start(
      Settings settings, InstantSource clock, boolean anyBrokerPort, Consumer<Fault> onDeath) {
    EngineNode node = new EngineNode(settings, clock);
    try {
      node.start(anyBrokerPort, onDeath);
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void start(boolean anyBrokerPort, Consumer<Fault> onDeath) {
    Path data = Path.of(settings.text(Setting.DATA)).toAbsolutePath().normalize();
    CompletableFuture<Broker> starting =
        CompletableFuture.supplyAsync(
            () -> BrokerChoice.start(settings, data.resolve("kafka"), anyBrokerPort, onDeath));
    try {
      store = keep(Store.open(storeSettings(settings)));
      name = NodeName.of(settings.optional(Setting.NODE), data, "engine");
      kinds = Kinds.installed();
      BlockServices blocks =
          keep(BlockServices.open(settings, data, data, () -> broker.access(), clock));
      Duration files = settings.parsed(Setting.EXEC_KEEP, Durations::parse);
      keep(
          DirectorySweep.start(
              () -> {
                blocks.exec().endLeftovers();
                blocks.directories().sweepAsEngine(files, this::filesLastNeeded);
              }));
      catalog =
          new DesignCatalog(
              store, kinds, clock, settings.number(Setting.LOADED) * 2, this::publish);
      ScheduledExecutorService timer =
          Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-timer"));
      AtomicReference<StageRoutes> routes = new AtomicReference<>();
      camel =
          keep(
              CamelHost.start(
                  Optional.of(http()),
                  Optional.of(Path.of(settings.text(Setting.ROUTES))),
                  settings.camel(),
                  context -> {
                    routes.set(routes(context, blocks, timer));
                    context.getRegistry().bind("howdah", new HowdahComponent(this::target));
                  }));
      broker = keep(starting.join());
      admin = keep(Admin.create(Clients.admin(broker.access())));
      Topics topics = new Topics(admin, BrokerChoice.topics(settings), TOPICS_WITHIN);
      topics.ensure(List.of());
      engine = keep(engine(routes.get(), timer, topics));
      Deployments known =
          new Deployments(
              store,
              catalog,
              clock,
              engine::nextId,
              engine::open,
              settings.number(Setting.LOADED) * 2);
      known.load();
      // Before the engine goes on with executions, whose camel blocks may send to deployments.
      deployments = known;
      boolean sameLog = rememberCluster();
      engine.onDeath(failure -> onDeath.accept(lostPartitions(failure)));
      engine.start(sameLog);
      engine.control().engine(name, url());
      announcer = keep(new Announcer(store, engine.control(), name, broker.clusterId(), clock));
      announcer.catchUp();
      if (store.shared()) {
        keep(new DeploymentWatch(store, deployments)).start();
      }
      Daemons.named("howdah-warm-up").newThread(routes.get()::warmUp).start();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Fault.retryable("engine.interrupted", Blame.ENGINE, "the start was interrupted")
          .toException();
    } finally {
      starting.whenComplete(
          (started, failure) -> {
            if (started != null && broker == null) {
              closeQuietly(started);
            }
          });
    }
  }

  private Fault lostPartitions(RuntimeException failure) {
    return Fault.retryable(
        "engine.lost-partitions",
        Blame.ENGINE,
        "engine node %s can no longer read %s (%s); give every engine node a howdah.node of its own and start it again"
            .formatted(name, Topics.WORK, failure.getMessage()));
  }

  /** What users' routes send to; nothing before the node has started. */
  private Optional<HowdahComponent.Target> target() {
    Deployments ready = deployments;
    return ready == null
        ? Optional.empty()
        : Optional.of(new HowdahComponent.Target(engine, ready));
  }

  private StageRoutes routes(
      CamelContext context, BlockServices blocks, ScheduledExecutorService timer) {
    CamelCaller endpoints = keep(BlockServices.camel(settings, kinds, context));
    return new StageRoutes(
        context,
        kinds,
        catalog,
        plan -> blocks.with(endpoints, catalog.modulesOf(plan.name()), clock),
        settings.parsed(Setting.BLOCK_TIMEOUT, Durations::parse),
        timer,
        settings.number(Setting.LOADED));
  }

  private Engine engine(StageRoutes routes, ScheduledExecutorService timer, Topics topics) {
    return new Engine(
        camel.context(),
        routes,
        timer,
        store,
        topics,
        admin,
        new EngineSettings(
            name,
            broker.access(),
            BrokerChoice.form(settings) != BrokerChoice.Form.EXTERNAL,
            served(settings.text(Setting.GROUPS)),
            catalog,
            catalog::find,
            this::pathOf,
            secrets(settings),
            settings.number(Setting.RUNNERS),
            settings.number(Setting.MOST_RUNNERS),
            settings.number(Setting.AT_HAND),
            settings.number(Setting.MOST_OPEN)),
        UUID.randomUUID().toString(),
        clock,
        System::nanoTime);
  }

  /**
   * What the database says of the files of an execution, which those need too that have taken over
   * steps of it; what it has forgotten, time says.
   */
  private Optional<Instant> filesLastNeeded(String execution, Instant lastUsed) {
    Optional<Executions.Line> line = store.executions().line(execution);
    if (line.isEmpty()) {
      return Optional.of(lastUsed);
    }
    return line.filter(known -> !known.running())
        .map(known -> Instant.ofEpochMilli(known.lastEnd()));
  }

  static java.util.function.Function<String, Optional<JsonNode>> secrets(Settings settings) {
    Map<String, String> secrets = settings.secrets();
    return secret ->
        Optional.ofNullable(secrets.get(secret.toLowerCase(Locale.ROOT))).map(TextNode::valueOf);
  }

  /** Which groups a process serves itself: all, or those listed; {@code default} always. */
  static Predicate<String> served(String groups) {
    if (groups.strip().equals("*")) {
      return group -> true;
    }
    Set<String> listed = new HashSet<>();
    Arrays.stream(groups.split(",")).map(String::strip).forEach(listed::add);
    return listed::contains;
  }

  private String pathOf(String deployment) {
    return deployment == null
        ? ""
        : store.deployments().byId(deployment).map(row -> row.endpointPath()).orElse("");
  }

  static StoreSettings storeSettings(Settings settings) {
    if (settings.optional(Setting.STORE_URL).isPresent()) {
      return settings.parsed(
          Setting.STORE_URL,
          text ->
              new StoreSettings.Postgres(
                  text, settings.text(Setting.STORE_USER), settings.text(Setting.STORE_PASSWORD)));
    }
    return new StoreSettings.Sqlite(
        Path.of(settings.text(Setting.DATA)),
        settings.parsed(
            Setting.SYNCHRONOUS,
            text -> StoreSettings.Synchronous.valueOf(text.strip().toUpperCase(Locale.ROOT))));
  }

  private CamelHost.Http http() {
    return new CamelHost.Http(
        settings.text(Setting.HTTP_HOST),
        settings.number(Setting.HTTP_PORT),
        settings.parsed(Setting.HTTP_MAX_BODY, ByteSize::parse).bytes());
  }

  /** Whether this is the Kafka cluster the database was last used with. */
  private boolean rememberCluster() {
    boolean same = store.meta().get(CLUSTER).filter(broker.clusterId()::equals).isPresent();
    if (!same) {
      store.meta().put(CLUSTER, broker.clusterId());
    }
    return same;
  }

  private void publish(String plan, String document, JsonNode modules) {
    announcer.saved(plan, document, modules);
  }

  /** Where this node's API is reached. */
  public String url() {
    return settings
        .optional(Setting.HTTP_URL)
        .orElseGet(
            () -> {
              CamelHost.Http http = camel.http().orElseThrow();
              String host = http.host().equals("0.0.0.0") ? "localhost" : http.host();
              return "http://" + host + ":" + http.port();
            });
  }

  public Engine engine() {
    return engine;
  }

  public Store store() {
    return store;
  }

  public DesignCatalog catalog() {
    return catalog;
  }

  /** The deployments, loaded. */
  public Deployments deployments() {
    return deployments;
  }

  public Kinds kinds() {
    return kinds;
  }

  /** Lets the HTTP server answer, which says until then that the node is starting. */
  public void open() {
    camel.open();
  }

  public CamelContext camel() {
    return camel.context();
  }

  /** Who serves a worker group, and what waits for it; empty when the broker does not tell. */
  public Optional<GroupLoad> groupLoad(String group) {
    boolean own = group.equals(Block.DEFAULT_GROUP);
    String topic = own ? Topics.WORK : Topics.group(group);
    try {
      return Optional.of(
          GroupLoad.of(admin, own ? Engine.GROUP : topic, topic, BROKER_TELLS_WITHIN));
    } catch (FaultException e) {
      return Optional.empty();
    }
  }

  public InstantSource clock() {
    return clock;
  }

  public Settings settings() {
    return settings;
  }

  /** The port of the HTTP API. */
  public int port() {
    return camel.http().orElseThrow().port();
  }

  /** Where workers join the broker. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      closeQuietly(parts.pop());
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), e.getMessage());
    }
  }
}
