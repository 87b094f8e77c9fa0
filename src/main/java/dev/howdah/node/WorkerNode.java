package dev.howdah.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.ExternalBroker;
import dev.howdah.broker.TopicSettings;
import dev.howdah.broker.Topics;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.deploy.FetchedModules;
import dev.howdah.deploy.KeptModules;
import dev.howdah.deploy.ReportedDesigns;
import dev.howdah.design.Block;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Durations;
import dev.howdah.engine.Daemons;
import dev.howdah.engine.GroupWork;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRoutes;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.ControlReader;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Json;
import dev.howdah.worker.camel.CamelCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that runs the stages of one worker group and has nothing but Kafka: designs come from
 * the control topic, modules from an engine over HTTP. Any number of them share a group; they come
 * and go at any time.
 */
public final class WorkerNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);
  private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(10);
  private static final Duration TOPICS_WITHIN = Duration.ofSeconds(30);
  private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int PREPARING = 4;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Settings settings;
  private final String group;
  private final InstantSource clock;
  private final Consumer<Fault> onDeath;
  private final ScheduledExecutorService joining =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-join"));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-timer"));
  private final ExecutorService preparing =
      Executors.newFixedThreadPool(PREPARING, Daemons.named("howdah-prepare"));
  private WorkerDirectory directory;
  private ExternalBroker broker;
  private FetchedModules modules;
  private ReportedDesigns designs;
  private GroupWork work;
  private Optional<HealthPage> health = Optional.empty();
  private volatile ControlReader control;
  private volatile boolean closing;

  private WorkerNode(
      Settings settings, String group, InstantSource clock, Consumer<Fault> onDeath) {
    this.settings = settings;
    this.group = group;
    this.clock = clock;
    this.onDeath = onDeath;
  }

  /**
   * Starts a worker; when it returns, the worker is about to be a member of its group.
   *
   * @param group the group to work for
   * @param port of {@code GET /health}; 0 takes a free one, empty serves none
   * @param onDeath told when the worker cannot go on
   * @throws FaultException when a part does not start, such as {@code broker.unreachable};
   *     everything is stopped again then
   */
  public static WorkerNode start(
      Settings settings,
      String group,
      OptionalInt port,
      InstantSource clock,
      Consumer<Fault> onDeath) {
    if (group.equals(Block.DEFAULT_GROUP)) {
      throw Fault.rejected(
              "config.group",
              Blame.CALLER,
              "the group \"default\" is worked for by the engine itself; name another with --group")
          .toException();
    }
    Topics.group(group);
    WorkerNode node = new WorkerNode(settings, group, clock, onDeath);
    try {
      node.start(port);
      return node;
    } catch (InterruptedException e) {
      node.close();
      Thread.currentThread().interrupt();
      throw Fault.retryable("engine.interrupted", Blame.ENGINE, "the start was interrupted")
          .toException();
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void start(OptionalInt port) throws InterruptedException {
    broker =
        ExternalBroker.connect(
            KafkaAccess.own(settings, bootstrapServers(settings)), REACHABLE_WITHIN);
    Path root =
        settings.isSet(Setting.DATA)
            ? Path.of(settings.text(Setting.DATA)).toAbsolutePath().normalize()
            : WorkerDirectory.usual(System.getProperty("user.home"));
    directory = keep(WorkerDirectory.claim(root, group, settings.optional(Setting.NODE)));
    Kinds kinds = Kinds.installed();
    BlockServices blocks =
        keep(
            BlockServices.open(
                settings, directory.cache(), directory.root(), broker::access, clock));
    Duration files = settings.parsed(Setting.EXEC_KEEP, Durations::parse);
    keep(
        DirectorySweep.start(
            () -> {
              blocks.exec().endLeftovers();
              blocks.directories().sweepAsWorker(files);
            }));
    int loaded = settings.number(Setting.LOADED);
    modules =
        new FetchedModules(
            new KeptModules(
                directory.cache().resolve("modules"),
                settings.parsed(Setting.MODULES_KEPT, ByteSize::parse).bytes(),
                clock),
            loaded * 2);
    designs = new ReportedDesigns(kinds, modules, preparing, PATIENCE, loaded * 2);
    RunnerPool pool =
        keep(
            new RunnerPool(
                settings.number(Setting.RUNNERS), settings.number(Setting.MOST_RUNNERS), timer));
    keep(
        CamelHost.start(
            Optional.empty(),
            Optional.empty(),
            settings.camel(),
            context -> work = work(context, kinds, blocks, loaded, pool)));
    keep(work);
    work.ended().whenComplete((done, failure) -> died(failure));
    join();
    if (port.isPresent()) {
      health =
          Optional.of(
              keep(
                  HealthPage.serve(
                      settings.text(Setting.HTTP_HOST), port.getAsInt(), this::health)));
    }
  }

  /** What a worker joins: what it is told, else the embedded broker of this machine. */
  private static String bootstrapServers(Settings settings) {
    return settings
        .optional(Setting.BOOTSTRAP)
        .orElseGet(() -> "localhost:" + settings.parsed(Setting.BROKER_PORT, WorkerNode::port));
  }

  private static int port(String text) {
    int port = Integer.parseInt(text.strip());
    if (port == 0) {
      throw new IllegalArgumentException("a worker joins at a port from 1 to 65535");
    }
    return port;
  }

  private GroupWork work(
      CamelContext context, Kinds kinds, BlockServices blocks, int loaded, RunnerPool pool) {
    CamelCaller endpoints = keep(BlockServices.camel(settings, kinds, context));
    StageRoutes routes =
        new StageRoutes(
            context,
            kinds,
            designs,
            plan -> blocks.with(endpoints, designs.modulesOf(plan.name()), clock),
            settings.parsed(Setting.BLOCK_TIMEOUT, Durations::parse),
            timer,
            loaded);
    StageRunner runner =
        new StageRunner(
            context,
            routes,
            directory.name(),
            clock,
            System::nanoTime,
            EngineNode.secrets(settings));
    return new GroupWork(
        new GroupWork.Place(
            group, directory.name(), directory.instance(), settings.number(Setting.MOST_OPEN)),
        runner,
        pool,
        designs::ready,
        timer);
  }

  /** Makes all clients, at the start and whenever the broker has lost its log. */
  private void join() throws InterruptedException {
    ClusterAccess cluster = broker.access();
    int workPartitions;
    try (Admin admin = Admin.create(Clients.admin(cluster))) {
      TopicSettings usual =
          broker.brokers() > 1 ? TopicSettings.external() : TopicSettings.embedded();
      Topics topics = new Topics(admin, BrokerChoice.topics(settings, usual), TOPICS_WITHIN);
      workPartitions = awaitEngine(topics);
      topics.ensureGroup(group);
    }
    ControlReader before = control;
    control = new ControlReader(cluster, directory.name() + "-control", new Listener());
    control.start();
    // What was cancelled is known before anything is polled that it may be about.
    control.awaitCaughtUp(CAUGHT_UP_WITHIN);
    if (before != null) {
      before.close();
    }
    work.join(cluster, UUID.randomUUID().toString(), workPartitions);
  }

  private void died(Throwable failure) {
    if (!closing) {
      onDeath.accept(
          Fault.retryable(
              "worker.lost-group",
              Blame.ENGINE,
              "worker %s can no longer read group %s (%s); start it again"
                  .formatted(directory.name(), group, failure.getMessage())));
    }
  }

  /** The topics are the engine's to make; a worker may be quicker than an engine that starts. */
  private int awaitEngine(Topics topics) {
    long deadline = System.nanoTime() + TOPICS_WITHIN.toNanos();
    while (true) {
      try {
        return topics.partitions(Topics.WORK);
      } catch (FaultException e) {
        if (closing || System.nanoTime() - deadline > 0) {
          throw Fault.retryable(
                  "worker.no-engine",
                  Blame.CALLER,
                  "the broker at %s has no topics of Howdah; start an engine on it first, with howdah serve"
                      .formatted(broker.bootstrapServers()))
              .toException();
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private void joinAnew() {
    if (closing) {
      return;
    }
    try {
      join();
      LOG.info("The broker has begun a new log; this worker has joined it.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("The broker has begun a new log, which cannot be joined yet: {}", e.getMessage());
      joining.schedule(this::joinAnew, 1, TimeUnit.SECONDS);
    }
  }

  private final class Listener implements ControlReader.Listener {
    @Override
    public void design(String plan, byte[] report) {
      designs.reported(plan, report);
    }

    @Override
    public void designGone(String plan) {
      designs.withdrawn(plan);
    }

    @Override
    public void engine(String node, String url) {
      modules.engine(node, url);
    }

    @Override
    public void cancel(String execution) {
      work.cancel(execution);
    }

    @Override
    public void cancel(String execution, String path) {
      work.cancel(execution, path);
    }

    @Override
    public void newLog() {
      if (!closing) {
        joining.execute(WorkerNode.this::joinAnew);
      }
    }
  }

  private JsonNode health() {
    return Json.MAPPER
        .createObjectNode()
        .put("group", group)
        .put("node", directory.name())
        .put("running", work.running())
        .put("ready", isReady());
  }

  /** Whether it is a member of its group and knows what engines have said so far. */
  public boolean isReady() {
    return !closing && work.isMember() && control.isCaughtUp();
  }

  /** Its name in records. */
  public String name() {
    return directory.name();
  }

  /** Where it keeps modules. */
  public Path directory() {
    return directory.root();
  }

  /** The broker it has joined. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The port of {@code GET /health}, if it serves that. */
  public OptionalInt healthPort() {
    return health.map(page -> OptionalInt.of(page.port())).orElse(OptionalInt.empty());
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Leaves the group; see {@link GroupWork#close}. */
  @Override
  public void close() {
    closing = true;
    joining.shutdownNow();
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), e.getMessage());
      }
    }
    if (control != null) {
      control.close();
    }
    timer.shutdownNow();
    preparing.shutdownNow();
  }
}
