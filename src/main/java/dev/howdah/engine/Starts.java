package dev.howdah.engine;

import dev.howdah.design.Design;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.record.Rerun;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.Mistakes;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Executions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Starts executions. Thread-safe. */
final class Starts {
  private final Plans plans;
  private final Executions executions;
  private final Groups groups;
  private final ExecutionIds ids;
  private final ExpressRuns express;
  private final Consumer<Event> recorder;
  private final InstantSource clock;
  private final LongAdder started = new LongAdder();

  Starts(
      Plans plans,
      Executions executions,
      Groups groups,
      ExecutionIds ids,
      ExpressRuns express,
      Consumer<Event> recorder,
      InstantSource clock) {
    this.plans = plans;
    this.executions = executions;
    this.groups = groups;
    this.ids = ids;
    this.express = express;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** How many executions were started. */
  long count() {
    return started.sum();
  }

  /**
   * Starts an execution. The returned is completed when the execution is recorded, from the
   * recorder's thread; exceptionally with a {@link dev.howdah.fault.FaultException} when it could
   * not be.
   *
   * @throws dev.howdah.fault.FaultException when the design is not known
   */
  CompletableFuture<Engine.Accepted> start(StartRequest request) {
    return start(request, ids.next());
  }

  /**
   * Starts an execution of a given id, so that its caller can wait for or watch it from the first
   * moment.
   */
  CompletableFuture<Engine.Accepted> start(StartRequest request, String id) {
    Plan plan = plans.find(request.plan()).orElseThrow(() -> unknownDesign(request.plan()));
    open(plan);
    return start(request, id, plan);
  }

  /** Opens the groups of a plan; may block when one is new. */
  void open(Plan plan) {
    plan.groups().forEach(groups::of);
  }

  /**
   * Starts an execution of a given id and of a plan that has been {@link #open opened}, without
   * ever blocking.
   *
   * @param plan the plan that the request names
   */
  CompletableFuture<Engine.Accepted> start(StartRequest request, String id, Plan plan) {
    return start(request, id, plan, null, null);
  }

  /**
   * Starts an execution that a step of an express one waits for. It is told of its parent only when
   * it is express itself: a durable one would look for the parent's row, which there is none of.
   */
  CompletableFuture<Engine.Accepted> startChild(
      StartRequest request, String id, Plan plan, String parent, String path) {
    boolean express = plan.design().mode() == Design.Mode.EXPRESS;
    return start(request, id, plan, express ? parent : null, express ? path : null);
  }

  private CompletableFuture<Engine.Accepted> start(
      StartRequest request, String id, Plan plan, String parent, String parentPath) {
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
            parent,
            parentPath,
            now,
            null,
            deadline,
            0);
    CompletableFuture<Engine.Accepted> accepted = new CompletableFuture<>();
    String path = request.deployment().map(StartRequest.Deployed::path).orElse("");
    started.increment();
    // A key must be found again whatever happens, which needs a row from the beginning.
    if (plan.design().mode() == Design.Mode.EXPRESS && request.idempotencyKey().isEmpty()) {
      express.start(row, path, plan);
      accepted.complete(new Engine.Accepted(id, false));
    } else {
      recorder.accept(new Events.Start(row, path, plan, accepted));
    }
    return accepted;
  }

  /**
   * Runs an ended execution again, as a new one that takes over what need not run again. Reads the
   * database, so it may block.
   *
   * @param deployment the id of the deployment that the new one belongs to
   * @param mistakes what was wrong when the wish was read
   * @throws dev.howdah.fault.FaultException {@code execution.running}, {@code rerun.unknown-step},
   *     {@code design.unknown}
   */
  CompletableFuture<Engine.Accepted> rerun(
      ExecutionRow old, Optional<String> deployment, Rerun.Wish wish, Mistakes mistakes) {
    if (old.status() == ExecutionStatus.RUNNING) {
      throw Fault.rejected(
              "execution.running",
              Blame.CALLER,
              "execution %s has not ended; cancel it first".formatted(old.id()))
          .toException();
    }
    String name = old.designId() + "@" + old.revision();
    Plan plan = plans.find(name).orElseThrow(() -> unknownDesign(name));
    Rerun.check(plan, wish, mistakes);
    mistakes.throwIfAny();
    open(plan);
    String id = ids.next();
    long now = clock.millis();
    Rerun.Beginning beginning = Rerun.of(plan, old, executions.steps(old.id()), wish, id, now);
    ExecutionRow row =
        new ExecutionRow(
            id,
            deployment.orElse(null),
            old.designId(),
            old.revision(),
            ExecutionStatus.RUNNING,
            "rerun",
            wish.by(),
            wish.input().map(Value::text).orElse(old.input()),
            null,
            null,
            null,
            null,
            null,
            now,
            null,
            plan.design().timeout().map(t -> now + t.toMillis()).orElse(null),
            0,
            old.id(),
            beginning.lineage());
    CompletableFuture<Engine.Accepted> accepted = new CompletableFuture<>();
    recorder.accept(new Events.Rerun(row, beginning.steps(), accepted));
    started.increment();
    return accepted;
  }

  static RuntimeException unknownDesign(String name) {
    return Fault.rejected("design.unknown", Blame.CALLER, "there is no design " + name)
        .toException();
  }
}
