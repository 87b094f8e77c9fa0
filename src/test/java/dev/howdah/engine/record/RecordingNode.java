package dev.howdah.engine.record;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Outcome;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.engine.flow.Suspension;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Surroundings;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Ledger;
import dev.howdah.store.Store;
import dev.howdah.store.StoreSettings;
import dev.howdah.store.TimerRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A recorder on a store of its own, whose executions have one block that comes to whatever a test
 * says, and whose time ticks. For one thread.
 */
final class RecordingNode implements AutoCloseable {
  private static final Plan PLAN =
      DesignCatalog.check(
          "test.yaml",
          "id: one\nblocks: [{id: only, type: aggregate, data: {key: k, size: 2}}]\n",
          new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));

  private final Store store;
  private final Recorder recorder;
  private final Predicate<String> mine;
  private final InMemory express = new InMemory();
  private long now = 1_000_000;

  RecordingNode(StoreSettings settings, Predicate<String> mine) {
    this.mine = mine;
    store = Store.open(settings);
    recorder =
        new Recorder(
            store.journal(),
            new RecorderSettings(
                name -> Optional.of(PLAN),
                (id, revision) -> Optional.empty(),
                () -> "child",
                () -> 0.5,
                id -> "",
                store.shared(),
                mine,
                express,
                100),
            new Nowhere(),
            () -> Instant.ofEpochMilli(now));
    recorder.start();
  }

  /** An execution comes as far as its block has run. */
  void runs(String execution, Outcome outcome) {
    runs(execution, outcome, Optional.empty());
  }

  void runs(String execution, Outcome outcome, Optional<Duration> timeout) {
    Long deadline = timeout.map(t -> now + t.toMillis()).orElse(null);
    StepResult step = new StepResult.Suspended("only", now, 5, outcome);
    StageResult result = new StageResult(execution, "only", 1, "node", List.of(step));
    record(recording -> recording.accept(row(execution, deadline), "", PLAN));
    record(recording -> recording.result(result));
  }

  /** As {@link #runs(String, Outcome)}, an execution in memory. */
  void runsInMemory(String execution, Outcome outcome) {
    StepResult step = new StepResult.Suspended("only", now, 5, outcome);
    StageResult result = new StageResult(execution, "only", 1, "node", List.of(step));
    record(recording -> express.apply(recording.share(result)));
  }

  void cancel(String execution) {
    record(recording -> recording.decide(execution, flow -> flow.cancel("enough", now)));
  }

  /** The node's time. */
  Instant now() {
    return Instant.ofEpochMilli(now);
  }

  /** Time passes, and what is due happens. */
  void tick(Duration time) {
    now += time.toMillis();
    for (TimerRow due : store.timers().due(now, 1_000)) {
      if (!mine.test(due.execution())) {
        continue;
      }
      TimerKind kind = TimerKind.of(due.kind());
      if (kind == TimerKind.GATHERING) {
        record(r -> r.waitedLongEnough(due.execution(), due.path(), kind, due.attempt()));
      } else {
        record(
            recording -> {
              recording.decide(
                  due.execution(), flow -> flow.timerFired(due.path(), kind, due.attempt(), now));
              recording.dropTimer(due.execution(), due.path(), kind, due.attempt());
            });
      }
    }
  }

  /** What an execution has come to: its result, the code of its fault, or how it stands. */
  String outcome(String execution) {
    if (express.outcomes.containsKey(execution)) {
      return express.outcomes.get(execution);
    }
    ExecutionRow row = store.executions().byId(execution).orElseThrow();
    return switch (row.status()) {
      case COMPLETED -> row.result();
      case FAILED -> Json.trusted(row.error()).get("code").asText();
      case RUNNING, CANCELLED -> row.status().label();
    };
  }

  /** Does something with what executions share. */
  void share(Consumer<Ledger> what) {
    record(recording -> what.accept(recording.ledger()));
  }

  List<TimerRow> timers() {
    return store.timers().due(Long.MAX_VALUE, 1_000);
  }

  void record(Event event) {
    CompletableFuture<Void> recorded = new CompletableFuture<>();
    recorder.offer(
        recording -> {
          event.apply(recording);
          recording.afterCommit(() -> recorded.complete(null));
        });
    try {
      recorded.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("not recorded", e);
    }
  }

  @Override
  public void close() {
    recorder.close();
    store.close();
  }

  private ExecutionRow row(String execution, Long deadline) {
    return new ExecutionRow(
        execution,
        null,
        "one",
        1,
        ExecutionStatus.RUNNING,
        "manual",
        "test",
        "null",
        null,
        null,
        null,
        null,
        null,
        now,
        null,
        deadline,
        0);
  }

  /** Executions without rows. */
  private static final class InMemory implements Unrecorded {
    private final Map<String, Suspension> waiting = new ConcurrentHashMap<>();
    private final Map<String, String> outcomes = new ConcurrentHashMap<>();

    void apply(StageResult result) {
      Outcome outcome = ((StepResult.Suspended) result.steps().get(0)).outcome();
      if (outcome instanceof Outcome.Gathered gathered) {
        outcomes.put(result.execution(), "running");
        waiting.put(result.execution(), new Suspension.Gathering(gathered.scope(), gathered.key()));
      } else {
        outcomes.put(
            result.execution(),
            outcome instanceof Outcome.Completed completed
                ? Json.write(completed.output())
                : "null");
      }
    }

    @Override
    public Optional<Suspension> suspension(String execution, String path) {
      return Optional.ofNullable(waiting.get(execution));
    }

    @Override
    public void resume(String execution, String path, Suspension on, Value output) {
      waiting.remove(execution);
      outcomes.put(execution, output.text());
    }

    @Override
    public void resume(String execution, String path, Suspension on, Fault fault) {
      waiting.remove(execution);
      outcomes.put(execution, fault.code());
    }
  }

  /** The store is all there is. */
  private static final class Nowhere implements Outbox {
    @Override
    public void send(Dispatch dispatch) {}

    @Override
    public void sendAgain(Dispatch dispatch) {}

    @Override
    public void settled(String execution, String path, int attempt) {}

    @Override
    public void timer(String execution, Decision.Timer timer) {}

    @Override
    public void recorded(Flow flow, Decision decision) {}

    @Override
    public void ended(Flow flow, Ending ending) {}

    @Override
    public void childEnded(String parent, String path, String child, Ending ending) {}

    @Override
    public void cancel(String execution, String reason) {}

    @Override
    public void childFailed(String parent, String path, String child, Fault fault) {}
  }
}
