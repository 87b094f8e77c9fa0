package dev.howdah.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Outcome;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.engine.record.Rerun.Wish;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.graph.Surroundings;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Plans;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.Store;
import dev.howdah.store.StoreSettings;
import dev.howdah.store.TimerRow;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderRecoveryTest {
  private static final Plan PLAN =
      DesignCatalog.check(
          "test.yaml",
          "id: nap\nname: Nap\nblocks: [{id: pause, type: sleep, data: {duration: 1s}}]\n",
          new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));

  private static final Plan PARENT =
      DesignCatalog.check(
          "test.yaml",
          "id: parent\nblocks: [{id: sub, type: design, data: {design: nap}}]\n",
          new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));

  private static final Plan CHILD =
      DesignCatalog.check(
          "test.yaml",
          "id: child\nblocks: [{id: done, type: transform, data: {value: 1}}, {id: pause, type: sleep, data: {duration: 1s}}]\n",
          new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));

  /** The designs by their names. */
  private static final Plans ALL =
      name ->
          Optional.of(name.startsWith("parent") ? PARENT : name.startsWith("child") ? CHILD : PLAN);

  private static final StepResult RUNS =
      new StepResult.Suspended("sub", 1_000, 5, new Outcome.Child("nap", 0, Value.NULL.node()));

  private final BlockingQueue<Dispatch> sent = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @Test
  void aDatabaseThatCannotBeReadForAMomentFailsNoExecution(@TempDir Path directory)
      throws Exception {
    try (Store store =
        Store.open(new StoreSettings.Sqlite(directory, StoreSettings.Synchronous.NORMAL))) {
      accepted(store);
      AtomicInteger asked = new AtomicInteger();
      Plans unreadable =
          name -> {
            if (asked.getAndIncrement() == 0) {
              throw Fault.retryable("store.read", Blame.ENGINE, "busy").toException();
            }
            return Optional.of(PLAN);
          };
      try (Recorder recorder = recorder(store, unreadable)) {
        recorder.start();
        recorder.offer(recording -> recording.recover("e1", sent::add));

        Dispatch again = sent.poll(10, TimeUnit.SECONDS);

        assertEquals("pause", again.path());
        assertTrue(asked.get() > 1);
        assertEquals(ExecutionStatus.RUNNING, store.executions().byId("e1").orElseThrow().status());
      }
    }
  }

  @Test
  void aTimerToldOfAgainLeavesThatOfTheNextAttempt(@TempDir Path directory) {
    try (Store store =
        Store.open(new StoreSettings.Sqlite(directory, StoreSettings.Synchronous.NORMAL))) {
      TimerRow next = new TimerRow("e1", "pause", TimerKind.RETRY.label(), 3, 9_000);
      TimerRow done = new TimerRow("e2", "pause", TimerKind.RETRY.label(), 2, 9_000);
      store.journal().begin();
      store.journal().timer(next);
      store.journal().timer(done);
      store.journal().commit();
      try (Recorder recorder = recorder(store, name -> Optional.of(PLAN))) {
        recorder.start();
        recorder.offer(recording -> recording.dropTimer("e1", "pause", TimerKind.RETRY, 2));
        recorder.offer(recording -> recording.dropTimer("e2", "pause", TimerKind.RETRY, 2));
      }

      assertEquals(List.of(next), store.timers().due(10_000, 10));
    }
  }

  private void accepted(Store store) throws Exception {
    try (Recorder recorder = recorder(store, name -> Optional.of(PLAN))) {
      recorder.start();
      recorder.offer(recording -> recording.accept(row(), "", PLAN));
      assertEquals("e1", sent.poll(10, TimeUnit.SECONDS).execution());
    }
  }

  /** What the step that waits was told is lost with the process. */
  @Test
  void aChildThatCouldNotBeStartedFailsItsStepAfterARestart(@TempDir Path directory)
      throws Exception {
    try (Store store = store(directory)) {
      try (Recorder recorder = recorder(store, ALL)) {
        recorder.start();
        runsChild(recorder);
        assertEquals("e1 sub child failed", told.poll(10, TimeUnit.SECONDS));
      }
      try (Recorder recorder = recorder(store, ALL)) {
        recorder.start();
        recorder.offer(recording -> recording.recover("e1", sent::add));

        assertEquals("e1 sub child failed", told.poll(10, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aChildThatWasGivenUpIsCancelledAfterARestart(@TempDir Path directory) throws Exception {
    try (Store store = store(directory)) {
      try (Recorder recorder = recorder(store, ALL, Optional.of(PLAN))) {
        recorder.start();
        runsChild(recorder);
        assertEquals("child", sent.poll(10, TimeUnit.SECONDS).execution());
        recorder.offer(
            recording -> recording.decide("e1", flow -> flow.cancel("enough", recording.now())));
        assertEquals("child cancel", told.poll(10, TimeUnit.SECONDS));
      }
      try (Recorder recorder = recorder(store, ALL, Optional.of(PLAN))) {
        recorder.start();
        recorder.offer(recording -> recording.recover("child", sent::add));

        assertEquals("child cancel", told.poll(10, TimeUnit.SECONDS));
        assertTrue(sent.isEmpty());
      }
    }
  }

  @Test
  void aChildThatIsWaitedForGoesOnAfterARestart(@TempDir Path directory) throws Exception {
    try (Store store = store(directory)) {
      try (Recorder recorder = recorder(store, ALL, Optional.of(PLAN))) {
        recorder.start();
        runsChild(recorder);
        assertEquals("pause", sent.poll(10, TimeUnit.SECONDS).path());
      }
      try (Recorder recorder = recorder(store, ALL, Optional.of(PLAN))) {
        recorder.start();
        recorder.offer(recording -> recording.recover("child", sent::add));

        assertEquals("pause", sent.poll(10, TimeUnit.SECONDS).path());
        assertTrue(told.isEmpty());
      }
    }
  }

  @Test
  void aRerunGoesOnFromAChildThatNobodyCouldStopWhereverItIsKilled(@TempDir Path directory)
      throws Exception {
    Wish goesOn = new Wish(Optional.empty(), Optional.empty(), Map.of(), Map.of(), "test");
    try (Store store = store(directory)) {
      try (Recorder recorder = recorder(store, ALL, Optional.of(CHILD))) {
        recorder.start();
        runsChild(recorder);
        assertEquals("child", sent.poll(10, TimeUnit.SECONDS).execution());
        StepResult done =
            new StepResult.Done("done", 1_000, 5, Value.ofText("7"), Optional.empty());
        StepResult pauses =
            new StepResult.Suspended(
                "pause", 1_000, 5, new Outcome.Sleeping(Instant.ofEpochMilli(9_000)));
        result(recorder, new StageResult("child", "done", 1, "node", List.of(done, pauses)));
        recorder.offer(
            recording -> recording.decide("e1", flow -> flow.cancel("enough", recording.now())));
        assertEquals("child cancel", told.poll(10, TimeUnit.SECONDS));
      }
      assertEquals(ExecutionStatus.RUNNING, status(store, "child"));
      try (Recorder recorder = recorder(store, ALL, Optional.of(CHILD))) {
        recorder.start();
        recorder.offer(
            recording ->
                recording.rerun(
                    again("e2", "e1"),
                    Rerun.of(
                            PARENT,
                            recording.execution("e1").orElseThrow(),
                            recording.steps("e1"),
                            goesOn,
                            "e2",
                            recording.now())
                        .steps()));
        assertEquals("e2:sub:2", sent.poll(10, TimeUnit.SECONDS).idempotencyKey());
      }
      try (Recorder recorder = recorder(store, ALL, Optional.of(CHILD), "child2")) {
        recorder.start();
        recorder.offer(recording -> recording.recover("e2", sent::add));
        assertEquals("e2:sub:2", sent.poll(10, TimeUnit.SECONDS).idempotencyKey());
        result(recorder, new StageResult("e2", "sub", 2, "node", List.of(RUNS)));
        assertEquals("child2:pause:1", sent.poll(10, TimeUnit.SECONDS).idempotencyKey());
      }
      ExecutionRow child = store.executions().byId("child2").orElseThrow();
      assertEquals("child", child.rerunOf());
      assertEquals(List.of("child"), child.lineage());
      assertEquals("e2", child.parentExecution());
      assertEquals("7", store.executions().steps("child2").get(0).output());
      assertEquals(ExecutionStatus.CANCELLED, status(store, "child"));
      try (Recorder recorder = recorder(store, ALL, Optional.of(CHILD))) {
        recorder.start();
        recorder.offer(recording -> recording.recover("child2", sent::add));
        Dispatch pause = sent.poll(10, TimeUnit.SECONDS);
        assertEquals("child2:pause:1", pause.idempotencyKey());
        assertEquals(List.of("child"), pause.lineage());
      }
    }
  }

  private static ExecutionStatus status(Store store, String execution) {
    return store.executions().byId(execution).orElseThrow().status();
  }

  private static void result(Recorder recorder, StageResult result) {
    recorder.offer(recording -> recording.result(result));
  }

  private static Store store(Path directory) {
    return Store.open(new StoreSettings.Sqlite(directory, StoreSettings.Synchronous.NORMAL));
  }

  private void runsChild(Recorder recorder) throws Exception {
    recorder.offer(recording -> recording.accept(row("parent"), "", PARENT));
    assertEquals("sub", sent.poll(10, TimeUnit.SECONDS).path());
    result(recorder, new StageResult("e1", "sub", 1, "node", List.of(RUNS)));
  }

  private static ExecutionRow row() {
    return row("nap");
  }

  private static ExecutionRow row(String design) {
    return row("e1", design, null);
  }

  private static ExecutionRow again(String id, String of) {
    return row(id, "parent", of);
  }

  private static ExecutionRow row(String id, String design, String rerunOf) {
    return new ExecutionRow(
        id,
        null,
        design,
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
        1_000,
        null,
        null,
        0,
        rerunOf,
        List.of());
  }

  private Recorder recorder(Store store, Plans plans) {
    return recorder(store, plans, Optional.empty());
  }

  private Recorder recorder(Store store, Plans plans, Optional<Plan> child) {
    return recorder(store, plans, child, "child");
  }

  private Recorder recorder(Store store, Plans plans, Optional<Plan> child, String id) {
    return new Recorder(
        store.journal(),
        new RecorderSettings(
            plans,
            (design, revision) -> child,
            () -> id,
            () -> 0.5,
            deployment -> "",
            false,
            execution -> true,
            Unrecorded.NONE,
            100),
        new Sent(),
        InstantSource.system());
  }

  /** Keeps what is sent. */
  private final class Sent implements Outbox {
    @Override
    public void send(Dispatch dispatch) {
      sent.add(dispatch);
    }

    @Override
    public void sendAgain(Dispatch dispatch) {
      sent.add(dispatch);
    }

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
    public void cancel(String execution, String reason) {
      told.add(execution + " cancel");
    }

    @Override
    public void childFailed(String parent, String path, String child, Fault fault) {
      told.add(parent + " " + path + " " + child + " failed");
    }
  }
}
