package dev.howdah.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Services;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.Partial;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.Subject;
import dev.howdah.engine.run.StageRoutes;
import dev.howdah.engine.run.StageRunner;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Runs designs on the real routes and the real {@link Flow}, with rows and messages in memory and
 * time that ticks to whatever is due next. One thread at a time.
 */
public final class InMemoryEngine implements AutoCloseable {
  private static final int MOST_EVENTS = 20_000;

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "in-memory-engine");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Plan> plans = new ConcurrentHashMap<>();
  private final StageRoutes routes;
  private final StageRunner runner;
  private final LinkedBlockingQueue<StageResult> results = new LinkedBlockingQueue<>();
  private final List<Partial> told = new CopyOnWriteArrayList<>();
  private long now = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private int executions;

  /** What goes wrong on the way, none of which may be noticed in the end. */
  public record Mishaps(Random random, double duplicate, double restore) {
    /** Everything is delivered once, in order, and nothing crashes. */
    public static final Mishaps NONE = new Mishaps(new Random(0), 0, 0);
  }

  /**
   * What came of an execution.
   *
   * @param rows what is stored of its steps
   * @param tokens how many tokens its connections got
   */
  public record Outcome(Ending ending, Rows rows, int restores, int duplicates, int tokens) {}

  /**
   * @param services what blocks work with, given the clock of this engine
   * @param mostLoaded plans whose routes stay loaded
   */
  public InMemoryEngine(Kinds kinds, ServicesOf services, int mostLoaded) {
    camel.disableJMX();
    Services shared = services.with(() -> Instant.ofEpochMilli(now));
    routes =
        new StageRoutes(
            camel,
            kinds,
            name -> Optional.ofNullable(plans.get(name)),
            plan -> shared,
            Duration.ofSeconds(20),
            timer,
            mostLoaded);
    runner =
        new StageRunner(
            camel,
            routes,
            "node",
            () -> Instant.ofEpochMilli(now),
            System::nanoTime,
            name ->
                name.equals("token") ? Optional.of(TextNode.valueOf("s3cret")) : Optional.empty());
    camel.start();
  }

  /** Makes services that tell the engine's time. */
  @FunctionalInterface
  public interface ServicesOf {
    Services with(java.time.InstantSource clock);
  }

  /** The Camel context, to look into. */
  public DefaultCamelContext camel() {
    return camel;
  }

  /** What blocks have told while they ran. */
  public List<Partial> told() {
    return List.copyOf(told);
  }

  /** Adds a design, or replaces it. */
  public void deploy(Plan plan) {
    plans.put(plan.name(), plan);
  }

  /** Runs an execution to its end. */
  public Outcome run(Plan plan, JsonNode input, Mishaps mishaps) {
    return cancelled(plan, input, mishaps, Integer.MAX_VALUE);
  }

  /**
   * Runs an execution to its end, which somebody cancels.
   *
   * @param after so many events, unless it has ended by then
   */
  public Outcome cancelled(Plan plan, JsonNode input, Mishaps mishaps, int after) {
    deploy(plan);
    return new Execution(plan, Value.of(input), Long.MAX_VALUE, mishaps).run(after);
  }

  /** One attempt of one stage, as a worker would run it. */
  public StageResult stage(Dispatch dispatch) {
    runner.run(dispatch, told::add, results::add);
    try {
      StageResult result = results.poll(30, TimeUnit.SECONDS);
      if (result == null) {
        throw new AssertionError("no result of " + dispatch.path());
      }
      return result;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    camel.stop();
    timer.shutdownNow();
  }

  private final class Execution {
    private final Plan plan;
    private final Subject subject;
    private final Mishaps mishaps;
    private final Rows rows = new Rows();
    private final TokenLedger ledger;
    private final List<Dispatch> toRun = new ArrayList<>();
    private final List<StageResult> toApply = new ArrayList<>();
    private final List<StageResult> applied = new ArrayList<>();
    private final Map<String, Ending> childEndings = new LinkedHashMap<>();
    private final Map<String, String> childPaths = new LinkedHashMap<>();
    private Flow flow;
    private Ending ending;
    private int restores;
    private int duplicates;

    Execution(Plan plan, Value input, long deadline, Mishaps mishaps) {
      this.plan = plan;
      this.subject = new Subject("x" + ++executions, "", input, now, deadline);
      this.mishaps = mishaps;
      this.ledger = new TokenLedger(plan);
      this.flow = new Flow(subject, plan, this::nextId, mishaps.random()::nextDouble);
    }

    private String nextId() {
      return "x" + ++executions;
    }

    Outcome run(int cancelledAfter) {
      take(flow.start(now));
      int events = 0;
      while (ending == null) {
        if (events == cancelledAfter) {
          take(flow.cancel("enough", now));
          if (ending != null) {
            break;
          }
        }
        if (++events > MOST_EVENTS) {
          throw new AssertionError("the execution does not end; it waits for " + flow.waitingFor());
        }
        step();
      }
      return new Outcome(ending, rows, restores, duplicates, ledger.tokens());
    }

    private void step() {
      Random random = mishaps.random();
      if (random.nextDouble() < mishaps.restore()) {
        restore();
      }
      if (!applied.isEmpty() && random.nextDouble() < mishaps.duplicate()) {
        duplicates++;
        StageResult again = applied.get(random.nextInt(applied.size()));
        Decision decision = flow.apply(again, now);
        if (!decision.isEmpty()) {
          throw new AssertionError("a repeated result of " + again.path() + " changed something");
        }
      }
      int choices = toRun.size() + toApply.size() + childEndings.size();
      if (choices == 0) {
        tick();
        return;
      }
      int choice = random.nextInt(choices);
      if (choice < toRun.size()) {
        Dispatch dispatch = toRun.remove(choice);
        StageResult result = stage(dispatch);
        toApply.add(result);
        if (random.nextDouble() < mishaps.duplicate()) {
          duplicates++;
          toApply.add(stage(dispatch));
        }
        return;
      }
      choice -= toRun.size();
      if (choice < toApply.size()) {
        StageResult result = toApply.remove(choice);
        applied.add(result);
        take(flow.apply(result, now));
        return;
      }
      String child = List.copyOf(childEndings.keySet()).get(choice - toApply.size());
      take(flow.childEnded(childPaths.get(child), child, childEndings.remove(child), now));
    }

    private void tick() {
      Decision.Timer next = rows.nextTimer();
      if (next == null) {
        throw new AssertionError(
            "nothing is due, but the execution waits for " + flow.waitingFor());
      }
      now = Math.max(now, next.dueAt());
      Decision decision = flow.timerFired(next.path(), next.kind(), next.attempt(), now);
      rows.drop(next);
      take(decision);
    }

    private void take(Decision decision) {
      rows.record(decision);
      ledger.take(decision);
      for (Dispatch dispatch : decision.dispatches()) {
        toRun.add(dispatch);
      }
      for (Decision.Child child : decision.children()) {
        childPaths.put(child.execution(), child.path());
        Plan other = plans.get(child.design() + "@1");
        childEndings.put(
            child.execution(),
            other == null
                ? new Ending.Failed(
                    "", Fault.rejected("design.unknown", Blame.DESIGN, "there is no such design"))
                : new Execution(other, child.input(), Long.MAX_VALUE, mishaps)
                    .run(Integer.MAX_VALUE)
                    .ending());
      }
      decision.ending().ifPresent(how -> ending = how);
    }

    /** The process dies, and another one goes on from the rows; messages in flight stay. */
    private void restore() {
      restores++;
      List<String> before = outstanding(flow);
      Flow restored =
          Flow.restore(
              subject,
              plan,
              this::nextId,
              mishaps.random()::nextDouble,
              rows.steps(),
              rows.due(),
              now);
      if (restored.restored().ending().isPresent()) {
        throw new AssertionError("the rows of a running execution make an ending");
      }
      List<String> after = outstanding(restored);
      if (!before.equals(after)) {
        throw new AssertionError(
            "outstanding before " + before + " and after " + after + "; rows " + rows);
      }
      if (!flow.suspensions().equals(restored.suspensions())) {
        throw new AssertionError(
            "waits for " + flow.suspensions() + " and " + restored.suspensions());
      }
      flow = restored;
      // Half of the time the messages are lost as well.
      if (mishaps.random().nextBoolean()) {
        toRun.clear();
        toApply.clear();
        toRun.addAll(flow.outstanding());
      }
    }

    private List<String> outstanding(Flow of) {
      return of.outstanding().stream().map(Dispatch::toString).sorted().toList();
    }
  }
}
