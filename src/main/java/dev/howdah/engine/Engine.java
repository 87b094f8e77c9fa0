package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.broker.Clients;
import dev.howdah.broker.GroupLoad;
import dev.howdah.broker.GroupMembers;
import dev.howdah.broker.Topics;
import dev.howdah.design.Design;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.engine.record.Endings;
import dev.howdah.engine.record.PromiseTurns;
import dev.howdah.engine.record.Recorder;
import dev.howdah.engine.record.RecorderSettings;
import dev.howdah.engine.record.Recording;
import dev.howdah.engine.record.Rerun;
import dev.howdah.engine.run.RunnerPool;
import dev.howdah.engine.run.StageRoutes;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.engine.transport.Codec;
import dev.howdah.engine.transport.Control;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.engine.transport.Post;
import dev.howdah.engine.transport.TopicReader;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Executions;
import dev.howdah.store.PromiseRow;
import dev.howdah.store.StepRow;
import dev.howdah.store.Store;
import dev.howdah.store.TimerRow;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine node: accepts executions, records what happens to them, and sends their stages to their
 * groups, itself among them. Thread-safe.
 */
public final class Engine implements AutoCloseable {
  /** The consumer group of engine nodes on the work topic. */
  public static final String GROUP = "howdah.engine";

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final long LOOK_AHEAD_MILLIS = 15_000;
  private static final long CLAIM_MILLIS = 30_000;
  private static final int PAGE = 500;
  private static final int MOST_IDS = 200;

  /** An execution of this node ends elsewhere only by exception, so that is looked for less. */
  private static final int LOOKS_PER_FULL_LOOK = 25;

  private static final Duration TELLS_WITHIN = Duration.ofSeconds(1);
  private static final Duration FINISH_WITHIN = Duration.ofSeconds(3);

  private final Store store;
  private final EngineSettings settings;
  private final Admin admin;
  private final InstantSource clock;
  private final ScheduledExecutorService timer;
  private final ScheduledExecutorService housekeeping;
  private final RunnerPool pool;
  private final Post post;
  private final Control control;
  private final TopicReader work;
  private final Groups groups;
  private final Dispatcher dispatcher;
  private final Recorder recorder;
  private final ExpressRuns express;
  private final ExecutionIds ids;
  private final DueTimers timers = new DueTimers();
  private final Waiters waiters = new Waiters();
  private final Onlookers onlookers = new Onlookers();
  private final Sweeper sweeper;
  private final Adopter adopter;
  private final int workPartitions;
  private int looks;
  private final LongAdder started = new LongAdder();

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
    this.clock = clock;
    this.timer = timer;
    this.housekeeping =
        Executors.newSingleThreadScheduledExecutor(Daemons.named("howdah-housekeeping"));
    this.pool = new RunnerPool(settings.runners(), settings.mostRunners(), timer);
    this.post = new Post(settings.bootstrapServers(), boot);
    this.control = new Control(post);
    StageRunner runner =
        new StageRunner(camel, routes, settings.node(), clock, nanos, settings.secrets());
    this.work =
        new TopicReader(
            Topics.WORK,
            Clients.consumer(
                settings.bootstrapServers(),
                GROUP,
                settings.node(),
                settings.sole() ? Optional.empty() : Optional.of(settings.node())),
            settings.sole(),
            this::handle,
            settings.mostOpen());
    this.groups =
        new Groups(
            topics,
            settings.bootstrapServers(),
            settings.node(),
            settings.served(),
            this::handle,
            settings.mostOpen(),
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
            new ExpressChildren(),
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
    this.sweeper =
        new Sweeper(
            groups, dispatcher, admin, clock, lost -> offer(new Events.Lost(lost, dispatcher)));
    this.adopter = new Adopter(store.executions(), this::isMine, this::openGroups, this::offer);
  }

  private Optional<List<GroupMembers.Member>> members(Groups.Group group) {
    return GroupMembers.of(admin, group.topic(), group.topic(), TELLS_WITHIN);
  }

  /** Whether this node is the one to work on an execution: of several, one reads its partition. */
  private boolean isMine(String execution) {
    return !store.shared() || work.owns(Partitions.of(execution, workPartitions));
  }

  private void offer(dev.howdah.engine.record.Event event) {
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
      work.onGain(this::takeOver);
    }
    work.start();
    work.awaitAssignment(Duration.ofSeconds(10));
    recover(sameLog);
    timer.scheduleWithFixedDelay(guarded(this::fireTimers), 5, 5, TimeUnit.MILLISECONDS);
    housekeeping.scheduleWithFixedDelay(
        guarded(this::lookAhead), 0, store.shared() ? 200 : 5_000, TimeUnit.MILLISECONDS);
    housekeeping.scheduleWithFixedDelay(guarded(this::sweep), 1, 1, TimeUnit.SECONDS);
    housekeeping.scheduleWithFixedDelay(
        () -> offer(Recording::forgetKeys), 1, 10, TimeUnit.MINUTES);
    if (store.shared()) {
      housekeeping.scheduleWithFixedDelay(guarded(adopter::some), 1, 1, TimeUnit.SECONDS);
      housekeeping.scheduleWithFixedDelay(guarded(this::serveGroups), 0, 2, TimeUnit.SECONDS);
    }
  }

  private void serveGroups() {
    try {
      groups.serveAll();
    } catch (FaultException e) {
      LOG.debug("The broker does not tell which groups there are.", e);
    }
  }

  /** Another node may have worked on the executions of these partitions, and left some behind. */
  private void takeOver(Set<Integer> partitions) {
    offer(
        recording ->
            recording.forget(id -> partitions.contains(Partitions.of(id, workPartitions))));
    housekeeping.execute(guarded(adopter::all));
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A periodic task failed and runs again at its next turn.", e);
      }
    };
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
   * recorder's thread; exceptionally with a {@link dev.howdah.fault.FaultException} when it could
   * not be.
   *
   * @throws dev.howdah.fault.FaultException when the design is not known
   */
  public CompletableFuture<Accepted> start(StartRequest request) {
    return start(request, ids.next());
  }

  /**
   * Starts an execution of a given id, so that its caller can wait for or watch it from the first
   * moment.
   */
  public CompletableFuture<Accepted> start(StartRequest request, String id) {
    Plan plan =
        settings.plans().find(request.plan()).orElseThrow(() -> unknownDesign(request.plan()));
    open(plan);
    return start(request, id, plan);
  }

  /** Opens the groups of a plan; may block when one is new. */
  public void open(Plan plan) {
    plan.groups().forEach(groups::of);
  }

  /**
   * Starts an execution of a given id and of a plan that has been {@link #open opened}, without
   * ever blocking.
   *
   * @param plan the plan that the request names
   */
  public CompletableFuture<Accepted> start(StartRequest request, String id, Plan plan) {
    long now = clock.millis();
    int at = request.plan().lastIndexOf('@');
    Long deadline = plan.design().timeout().map(t -> now + t.toMillis()).orElse(null);
    ExecutionRow row =
        new ExecutionRow(
            id,
            request.deployment().map(StartRequest.Deployed::id).orElse(null),
            request.plan().substring(0, at),
            Integer.parseInt(request.plan().substring(at + 1)),
            ExecutionStatus.RUNNING,
            request.triggerType(),
            request.triggeredBy(),
            request.input().text(),
            null,
            null,
            request.idempotencyKey().orElse(null),
            null,
            null,
            now,
            null,
            deadline,
            0);
    CompletableFuture<Accepted> accepted = new CompletableFuture<>();
    String path = request.deployment().map(StartRequest.Deployed::path).orElse("");
    started.increment();
    // A key must be found again whatever happens, which needs a row from the beginning.
    if (plan.design().mode() == Design.Mode.EXPRESS && request.idempotencyKey().isEmpty()) {
      express.start(row, path, plan);
      accepted.complete(new Accepted(id, false));
    } else {
      offer(new Events.Start(row, path, plan, accepted));
    }
    return accepted;
  }

  /**
   * Runs an ended execution again, as a new one that takes over what need not run again. Reads the
   * database, so it may block.
   *
   * @throws dev.howdah.fault.FaultException {@code execution.running}, {@code rerun.unknown-step},
   *     {@code design.unknown}
   */
  public CompletableFuture<Accepted> rerun(ExecutionRow old, Rerun.Wish wish) {
    if (old.status() == ExecutionStatus.RUNNING) {
      throw Fault.rejected(
              "execution.running",
              Blame.CALLER,
              "execution %s has not ended; cancel it first".formatted(old.id()))
          .toException();
    }
    String name = old.designId() + "@" + old.revision();
    Plan plan = settings.plans().find(name).orElseThrow(() -> unknownDesign(name));
    open(plan);
    String id = ids.next();
    long now = clock.millis();
    List<StepRow> rows = Rerun.rows(plan, old, store.executions().steps(old.id()), wish, id, now);
    ExecutionRow row =
        new ExecutionRow(
            id,
            old.deploymentId(),
            old.designId(),
            old.revision(),
            ExecutionStatus.RUNNING,
            "rerun",
            wish.by(),
            wish.input().map(Value::text).orElse(old.input()),
            null,
            null,
            null,
            old.id(),
            "",
            now,
            null,
            plan.design().timeout().map(t -> now + t.toMillis()).orElse(null),
            0);
    CompletableFuture<Accepted> accepted = new CompletableFuture<>();
    offer(new Events.Rerun(row, rows, accepted));
    started.increment();
    return accepted;
  }

  private static RuntimeException unknownDesign(String name) {
    return Fault.rejected("design.unknown", Blame.CALLER, "there is no design " + name)
        .toException();
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

  /** Cancels an execution; true when it was still running. */
  public CompletableFuture<Boolean> cancel(String execution, String reason) {
    Optional<Boolean> unrecorded = express.cancel(execution, reason);
    if (unrecorded.isPresent()) {
      return CompletableFuture.completedFuture(unrecorded.get());
    }
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    offer(new Events.Cancel(execution, reason, cancelled::complete));
    return cancelled;
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
    offer(new Events.Ask<>(execution, dev.howdah.engine.flow.Flow::waitingFor, answer));
    return answer.thenApply(list -> list == null ? List.of() : list);
  }

  /**
   * An execution of an express design that runs in this process, which no row tells of before it
   * has ended.
   */
  public Optional<ExecutionRow> unrecorded(String execution) {
    return express.row(execution);
  }

  /** Starts executions on behalf of express ones. */
  private final class ExpressChildren implements ExpressRuns.Children {
    @Override
    public void start(
        ExecutionRow parent, String path, Decision.Child child, Consumer<Ending> ended) {
      try {
        Plan plan =
            settings
                .children()
                .find(child.design(), child.revision())
                .orElseThrow(() -> unknownDesign(child.design()));
        open(plan);
        endingOfNew(child.execution()).thenAccept(ended);
        StartRequest request =
            new StartRequest(
                Optional.empty(),
                plan.name(),
                child.input(),
                "design",
                parent.id() + ":" + path,
                Optional.empty());
        Engine.this
            .start(request, child.execution(), plan)
            .whenComplete(
                (accepted, failure) -> {
                  if (failure instanceof FaultException fault) {
                    ended.accept(new Ending.Failed("", fault.fault()));
                  }
                });
      } catch (FaultException e) {
        ended.accept(new Ending.Failed("", e.fault()));
      }
    }

    @Override
    public void cancel(String execution) {
      Engine.this.cancel(execution, "nobody waits for it any more");
    }
  }

  /** Watches an execution until the returned is closed; told on the recorder's thread. */
  public AutoCloseable watch(String execution, Consumer<Progress> onlooker) {
    return onlookers.watch(execution, onlooker);
  }

  /** Figures for operators and benchmarks. */
  public EngineCounters counters() {
    return new EngineCounters(
        started.sum(),
        recorder.commits(),
        recorder.conflicts(),
        recorder.backlog(),
        dispatcher.inFlight(),
        pool.queued(),
        waiters.size());
  }

  // ---- what comes from Kafka

  private void handle(ConsumerRecord<String, byte[]> record, Runnable done) {
    if (post.isOwn(record)) {
      done.run();
      return;
    }
    JsonNode message;
    try {
      message = Codec.read(record.value());
      offer(event(message, done));
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "A record of {} at {}:{} is no message of Howdah; it goes to the dead letters.",
          record.topic(),
          record.partition(),
          record.offset());
      post.send(Topics.DEAD_LETTER, 0, record.key(), record.value(), sent -> done.run());
    }
  }

  private dev.howdah.engine.record.Event event(JsonNode message, Runnable done) {
    String execution = Codec.execution(message);
    return switch (Codec.type(message)) {
      case STAGE -> new Events.Arrived(Codec.dispatch(message), done, dispatcher);
      case RESULT -> result(Codec.result(message), done);
      case PARTIAL -> told(Codec.partial(message), done);
      case TIMER ->
          then(
              new Events.TimerDue(
                  execution,
                  message.get("path").textValue(),
                  TimerKind.of(message.get("kind").textValue()),
                  message.get("attempt").intValue()),
              done);
      case CHILD -> childEnded(execution, message, done);
      case CANCEL ->
          then(
              new Events.Cancel(execution, message.get("reason").textValue(), cancelled -> {}),
              done);
    };
  }

  private dev.howdah.engine.record.Event result(StageResult result, Runnable done) {
    if (isUnrecorded(result)) {
      dispatcher.settled(result.execution(), result.path(), result.attempt());
      return recording -> recording.afterCommit(done);
    }
    return new Events.Result(result, done, dispatcher);
  }

  /** Whether the result was one for an express execution, which has taken it. */
  private boolean isUnrecorded(StageResult result) {
    return express.result(result);
  }

  private dev.howdah.engine.record.Event childEnded(
      String execution, JsonNode message, Runnable done) {
    String child = message.get("child").textValue();
    Optional<Ending> ending = store.executions().byId(child).flatMap(Endings::of);
    if (ending.isEmpty()) {
      return recording -> recording.afterCommit(done);
    }
    return then(
        new Events.ChildEnded(execution, message.get("path").textValue(), child, ending.get()),
        done);
  }

  /** In turn with the results, so that nobody hears of a step that has ended. */
  private dev.howdah.engine.record.Event told(Partial partial, Runnable done) {
    return recording ->
        recording.afterCommit(
            () -> {
              onlookers.tell(partial.execution(), new Progress.Told(partial));
              done.run();
            });
  }

  private static dev.howdah.engine.record.Event then(
      dev.howdah.engine.record.Event event, Runnable done) {
    return recording -> {
      event.apply(recording);
      recording.afterCommit(done);
    };
  }

  // ---- what happens by itself

  private void recover(boolean sameLog) {
    if (store.shared() && sameLog && !isAlone()) {
      // What is open may be under way at another node: it is adopted, and the sweeper looks at it.
      return;
    }
    String after = "";
    int found = 0;
    while (true) {
      List<Executions.Open> page = store.executions().openIdsAfter(after, PAGE);
      for (Executions.Open open : page) {
        if (isMine(open.id())) {
          found++;
          openGroups(open.plan());
          offer(new Events.Recover(open.id(), dispatch -> sendRecovered(dispatch, sameLog)));
        }
      }
      if (page.size() < PAGE) {
        break;
      }
      after = page.get(page.size() - 1).id();
    }
    if (found > 0) {
      LOG.info("{} executions were open and go on.", found);
    }
  }

  /** Whether no other engine node is a member of the group; a killed one is for some seconds. */
  private boolean isAlone() {
    try {
      return GroupLoad.of(admin, GROUP, Topics.WORK, TELLS_WITHIN).clientIds().stream()
          .allMatch(settings.node()::equals);
    } catch (FaultException e) {
      return false;
    }
  }

  /** Groups are joined here rather than on the recorder's thread, which must not wait. */
  private void openGroups(String plan) {
    try {
      settings.plans().find(plan).ifPresent(found -> found.groups().forEach(groups::of));
    } catch (RuntimeException e) {
      LOG.warn("Design {} does not compile any more; its open executions fail.", plan);
    }
  }

  /** What another process may be working on is left to the sweeper, which asks how far it is. */
  private void sendRecovered(Dispatch dispatch, boolean sameLog) {
    Groups.Group group = groups.of(dispatch.group());
    int partition = Partitions.of(dispatch.execution(), group.partitions());
    boolean here = dispatch.placement().isEmpty() && group.isOwned(partition);
    if (!sameLog || here) {
      dispatcher.sendAgain(dispatch);
    }
  }

  private void fireTimers() {
    for (DueTimers.Due due : timers.take(clock.millis())) {
      offer(new Events.TimerDue(due.execution(), due.path(), due.kind(), due.attempt()));
    }
  }

  /** An execution that another node took over ends there; its row tells. */
  private void lookForEndings() {
    boolean all = looks++ % LOOKS_PER_FULL_LOOK == 0;
    List<String> asked = waiters.executions().stream().filter(id -> all || !isMine(id)).toList();
    for (int i = 0; i < asked.size(); i += MOST_IDS) {
      List<String> some = asked.subList(i, Math.min(asked.size(), i + MOST_IDS));
      for (ExecutionRow row : store.executions().ended(some)) {
        Endings.of(row).ifPresent(ending -> waiters.ended(row.id(), ending));
      }
    }
  }

  private void lookAhead() {
    long now = clock.millis();
    if (store.shared()) {
      lookForEndings();
      for (TimerRow row : store.timers().claim(now, now + CLAIM_MILLIS, PAGE)) {
        post.send(
            Topics.WORK,
            Partitions.of(row.execution(), workPartitions),
            row.execution(),
            Codec.timer(row.execution(), row.path(), row.kind(), row.attempt()),
            sent -> {});
      }
      return;
    }
    timers.lookedUntil(now + LOOK_AHEAD_MILLIS);
    for (TimerRow row : store.timers().due(now + LOOK_AHEAD_MILLIS, Integer.MAX_VALUE)) {
      timers.found(row);
    }
  }

  private void sweep() {
    List<Dispatch> overdue = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> looked = new CompletableFuture<>();
    offer(
        recording -> {
          recording.atHand().forEach(flow -> overdue.addAll(sweeper.overdue(flow)));
          recording.afterCommit(() -> looked.complete(null));
        });
    try {
      looked.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      return;
    }
    sweeper.sweep(overdue);
  }

  /** Stops taking work, records what is done, and leaves the rest to the next start. */
  @Override
  public void close() {
    housekeeping.shutdownNow();
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
