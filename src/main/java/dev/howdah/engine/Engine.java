package dev.howdah.engine;

import dev.howdah.broker.Clients;
import dev.howdah.broker.GroupMembers;
import dev.howdah.broker.Topics;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.engine.record.Endings;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.record.PromiseTurns;
import dev.howdah.engine.record.Recorder;
import dev.howdah.engine.record.RecorderSettings;
import dev.howdah.engine.record.Rerun;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRoutes;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.Control;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.engine.transport.Post;
import dev.howdah.engine.transport.TopicReader;
import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistakes;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An engine node: accepts executions, records what happens to them, and sends their stages to their
 * groups, itself among them. Thread-safe.
 */
public final class Engine implements AutoCloseable {
  /** The consumer group of engine nodes on the work topic. */
  public static final String GROUP = "howdah.engine";

  private static final Duration TELLS_WITHIN = Duration.ofSeconds(1);
  private static final Duration FINISH_WITHIN = Duration.ofSeconds(3);

  private final Store store;
  private final EngineSettings settings;
  private final Admin admin;
  private final ScheduledExecutorService timer;
  private final RunnerPool pool;
  private final Post post;
  private final Control control;
  private final TopicReader work;
  private final Groups groups;
  private final Dispatcher dispatcher;
  private final Recorder recorder;
  private final ExpressRuns express;
  private final ExecutionIds ids;
  private final DueTimers timers = new DueTimers(this::isMine);
  private final Waiters waiters = new Waiters();
  private final Onlookers onlookers = new Onlookers();
  private final Recovery recovery;
  private final Starts starts;
  private final Inbox inbox;
  private final Housekeeping housekeeping;
  private final int workPartitions;

  /**
   * @param id the execution's id
   * @param repeated whether an earlier request of the same idempotency key started it
   */
  public record Accepted(String id, boolean repeated) {}

  /**
   * Builds a node; nothing runs before {@link #start}.
   *
   * @param camel where the routes are
   * @param routes the routes of designs
   * @param timer does what is due; closed with the engine
   * @param boot tells this process from every other
   * @param nanos a monotonic clock
   */
  public Engine(
      CamelContext camel,
      StageRoutes routes,
      ScheduledExecutorService timer,
      Store store,
      Topics topics,
      Admin admin,
      EngineSettings settings,
      String boot,
      InstantSource clock,
      LongSupplier nanos) {
    this.store = store;
    this.settings = settings;
    this.admin = admin;
    this.timer = timer;
    this.pool = new RunnerPool(settings.runners(), settings.mostRunners(), timer);
    this.post = new Post(settings.cluster(), boot);
    this.control = new Control(post);
    StageRunner runner =
        new StageRunner(camel, routes, settings.node(), clock, nanos, settings.secrets());
    this.work =
        new TopicReader(
            Topics.WORK,
            Clients.consumer(
                settings.cluster(),
                GROUP,
                settings.node(),
                settings.sole() ? Optional.empty() : Optional.of(settings.node())),
            settings.sole(),
            this::handle,
            settings.mostOpen());
    this.groups =
        new Groups(
            topics,
            settings.cluster(),
            settings.node(),
            settings.served(),
            this::handle,
            settings.mostOpen(),
            this::isBusy,
            work);
    this.workPartitions = topics.partitions(Topics.WORK);
    this.ids = new ExecutionIds(clock, workPartitions, work::owns);
    this.dispatcher =
        new Dispatcher(
            groups,
            post,
            control,
            runner,
            pool,
            timers,
            waiters,
            onlookers,
            this::offer,
            this::isMine,
            this::isUnrecorded,
            new Balancer(this::members, nanos, bound -> ThreadLocalRandom.current().nextInt(bound)),
            clock);
    this.express =
        new ExpressRuns(
            groups,
            dispatcher,
            runner,
            pool,
            timer,
            this::offer,
            new ExpressChildren(
                settings,
                waiters,
                this::starts,
                child -> cancel(child, "nobody waits for it any more", false)),
            ids::next,
            clock);
    this.recorder =
        new Recorder(
            store.journal(),
            new RecorderSettings(
                settings.plans(),
                settings.children(),
                ids::next,
                () -> ThreadLocalRandom.current().nextDouble(),
                settings.pathOf(),
                store.shared(),
                this::isMine,
                express,
                settings.flowsAtHand()),
            dispatcher,
            clock);
    this.recovery =
        new Recovery(
            store,
            settings.node(),
            settings.plans(),
            admin,
            groups,
            dispatcher,
            this::isMine,
            this::offer);
    this.starts =
        new Starts(settings.plans(), store.executions(), groups, ids, express, this::offer, clock);
    this.inbox = new Inbox(post, store.executions(), dispatcher, express, onlookers, this::offer);
    this.housekeeping =
        new Housekeeping(
            timer,
            store,
            groups,
            timers,
            new Sweeper(groups, dispatcher, express, admin, clock, this::offer),
            new Adopter(store.executions(), this::isMine, recovery::openGroups, this::offer),
            new ForeignEndings(store.executions(), waiters, this::isMine),
            workPartitions,
            clock,
            this::offer);
  }

  private Optional<List<GroupMembers.Member>> members(Groups.Group group) {
    return GroupMembers.of(admin, group.topic(), group.topic(), TELLS_WITHIN);
  }

  /** Whether this node is the one to work on an execution: of several, one reads its partition. */
  private boolean isMine(String execution) {
    return !store.shared() || work.owns(Partitions.of(execution, workPartitions));
  }

  private Starts starts() {
    return starts;
  }

  private boolean isBusy(Set<Integer> partitions, int all) {
    return dispatcher.isBusy(partitions, all);
  }

  private void offer(Event event) {
    recorder.offer(event);
  }

  /**
   * Begins to work, first on what was open when this or another node stopped.
   *
   * @param sameLog whether Kafka still holds what was sent before; when it does not, everything
   *     open is sent again at once
   */
  public void start(boolean sameLog) throws InterruptedException {
    recorder.start();
    if (store.shared()) {
      work.whileBusy(left -> isBusy(left, workPartitions), Groups.LEAVES_WITHIN);
      work.onGain(housekeeping::takeOver);
    }
    work.start();
    work.awaitAssignment(Duration.ofSeconds(10));
    recovery.begin(sameLog);
    housekeeping.begin();
  }

  /**
   * Who is told when this node cannot read its partitions any more, so that others work on its
   * executions. To be named before the start.
   */
  public void onDeath(Consumer<RuntimeException> told) {
    work.onDeath(told);
  }

  /** Where workers learn of designs, cancels and where to fetch modules. */
  public Control control() {
    return control;
  }

  // ---- what callers do

  /**
   * Starts an execution. The returned is completed when the execution is recorded, from the
   * recorder's thread; exceptionally with a {@link FaultException} when it could not be.
   *
   * @throws FaultException when the design is not known
   */
  public CompletableFuture<Accepted> start(StartRequest request) {
    return starts.start(request, ids.next());
  }

  /**
   * As {@link #start(StartRequest)}, with a given id, so that its caller can wait for or watch it
   * from the first moment.
   */
  public CompletableFuture<Accepted> start(StartRequest request, String id) {
    return starts.start(request, id);
  }

  /**
   * As {@link #start(StartRequest, String)}, of a plan that has been {@link #open opened}, without
   * ever blocking.
   *
   * @param plan the plan that the request names
   */
  public CompletableFuture<Accepted> start(StartRequest request, String id, Plan plan) {
    return starts.start(request, id, plan);
  }

  /** Opens the groups of a plan; may block when one is new. */
  public void open(Plan plan) {
    starts.open(plan);
  }

  /**
   * Runs an ended execution again, as a new one that takes over what need not run again. Reads the
   * database, so it may block.
   *
   * @param deployment the id of the deployment that the new one belongs to
   * @param mistakes what was wrong when the wish was read, which is told with the rest
   * @throws FaultException {@code execution.running}, {@code rerun.unknown-step}, {@code
   *     design.unknown}
   */
  public CompletableFuture<Accepted> rerun(
      ExecutionRow old, Optional<String> deployment, Rerun.Wish wish, Mistakes mistakes) {
    return starts.rerun(old, deployment, wish, mistakes);
  }

  /** An id for an execution about to be started. */
  public String nextId() {
    return ids.next();
  }

  /**
   * How an execution ends; completed from the recorder's thread, at once when it has ended. The
   * same future for all who ask. {@link #stopWaiting} when nobody asks any more.
   */
  public CompletableFuture<Ending> ending(String execution) {
    CompletableFuture<Ending> future = waiters.of(execution);
    unrecorded(execution)
        .or(() -> store.executions().byId(execution))
        .flatMap(Endings::of)
        .ifPresent(ending -> waiters.ended(execution, ending));
    return future;
  }

  /** As {@link #ending}, for an execution that was not started yet. */
  public CompletableFuture<Ending> endingOfNew(String execution) {
    return waiters.of(execution);
  }

  public void stopWaiting(String execution) {
    waiters.forget(execution);
  }

  /**
   * Cancels an execution.
   *
   * @param atOnce whether nothing is undone that says how, not even what is being undone already
   */
  public CompletableFuture<Cancellation> cancel(String execution, String reason, boolean atOnce) {
    CompletableFuture<Cancellation> cancelled = new CompletableFuture<>();
    Events.Cancel cancel = new Events.Cancel(execution, reason, atOnce, cancelled::complete);
    Optional<Cancellation> unrecorded = express.cancel(cancel);
    if (unrecorded.isPresent()) {
      return CompletableFuture.completedFuture(unrecorded.get());
    }
    offer(cancel);
    return cancelled;
  }

  /** How a running execution is about to end, once what it has begun is undone. */
  public CompletableFuture<Optional<Ending>> endingSoon(String execution) {
    Optional<Ending> unrecorded = express.endingSoon(execution);
    if (unrecorded.isPresent()) {
      return CompletableFuture.completedFuture(unrecorded);
    }
    CompletableFuture<Ending> answer = new CompletableFuture<>();
    offer(new Events.Ask<>(execution, flow -> flow.endingSoon().orElse(null), answer));
    return answer.thenApply(Optional::ofNullable);
  }

  /**
   * Creates, settles or looks at a promise; the returned is completed once that is recorded, with
   * the promise as it stands then, empty when there is none.
   */
  public CompletableFuture<Optional<PromiseRow>> promise(
      Function<PromiseTurns, Optional<PromiseRow>> what) {
    CompletableFuture<Optional<PromiseRow>> answer = new CompletableFuture<>();
    offer(new Events.OnPromise(what, answer));
    return answer;
  }

  /** Why a running execution is not done; empty when it is not running. */
  public CompletableFuture<List<Waiting>> waitingFor(String execution) {
    Optional<List<Waiting>> unrecorded = express.waitingFor(execution);
    if (unrecorded.isPresent()) {
      return CompletableFuture.completedFuture(unrecorded.get());
    }
    CompletableFuture<List<Waiting>> answer = new CompletableFuture<>();
    offer(new Events.Ask<>(execution, Flow::waitingFor, answer));
    return answer.thenApply(list -> list == null ? List.of() : list);
  }

  /** The node that has begun what a step waits for; empty while nobody here knows of one. */
  public Optional<String> nodeAt(String execution, Waiting waiting) {
    return dispatcher.isInFlight(execution, waiting.path(), waiting.attempt())
        ? Optional.of(settings.node())
        : Optional.empty();
  }

  /**
   * An execution of an express design that runs in this process, which no row tells of before it
   * has ended.
   */
  public Optional<ExecutionRow> unrecorded(String execution) {
    return express.row(execution);
  }

  /** As {@link #unrecorded(String)}, all there are, in any order. */
  public Collection<ExecutionRow> unrecorded() {
    return express.rows();
  }

  /** Watches an execution until the returned is closed; told on the recorder's thread. */
  public AutoCloseable watch(String execution, Consumer<Progress> onlooker) {
    return onlookers.watch(execution, onlooker);
  }

  /** Figures for operators and benchmarks. */
  public EngineCounters counters() {
    return new EngineCounters(
        starts.count(),
        recorder.commits(),
        recorder.conflicts(),
        recorder.backlog(),
        dispatcher.inFlight(),
        pool.queued(),
        waiters.size());
  }

  // ---- what happens by itself

  private void handle(ConsumerRecord<String, byte[]> record, Runnable done) {
    inbox.take(record, done);
  }

  /** Whether the result was one for an express execution, which has taken it. */
  private boolean isUnrecorded(StageResult result) {
    return express.result(result);
  }

  /** Stops taking work, records what is done, and leaves the rest to the next start. */
  @Override
  public void close() {
    housekeeping.close();
    timer.shutdown();
    dispatcher.stopHandingOver();
    groups.close();
    pool.finish(FINISH_WITHIN);
    dispatcher.stopListening();
    pool.close();
    express.write();
    recorder.close();
    post.close();
    timer.shutdownNow();
  }
}
