package dev.howdah.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.engine.FlakyBlock;
import dev.howdah.engine.InMemoryEngine;
import dev.howdah.engine.Rows;
import dev.howdah.engine.TestDesigns;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.StepStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wherever an execution is cut off, its rows are enough to come to the same result: for every
 * transaction of several designs the process dies right behind it, and all messages are lost.
 */
class FlowRestoreTest {
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final int MOST_EVENTS = 500;

  private static InMemoryEngine engine;
  private static Kinds kinds;

  /** What children come to, by their id; children survive the process. */
  private final Map<String, Ending> endings = new HashMap<>();

  @BeforeAll
  static void start() {
    List<BlockKind<?>> all = new ArrayList<>(Kinds.installed().all());
    all.add(new FlakyBlock());
    kinds = Kinds.of(all);
    engine = new InMemoryEngine(kinds, dev.howdah.block.spi.NoServices::at, 50);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  static Stream<Arguments> designs() {
    return Stream.of(
        design(
            "chain",
            "[7,8]",
            """
            blocks:
            - {id: a, type: flaky, data: {value: "${ [., 8] }"}}
            - {id: p, type: transform, data: {value: "${ . }"}}
            - {id: b, type: flaky, data: {value: "${ . }"}}
            """),
        design(
            "retries",
            "7",
            """
            blocks:
            - {id: p, type: transform, data: {value: "${ . }"}}
            - {id: a, type: flaky, data: {failures: 2, value: "${ . }"}}
            - {id: b, type: flaky, data: {failures: 1, retryAfter: 9s, value: "${ $blocks.p }"}}
            """),
        design(
            "gives-up",
            "fails at a flaky.failed",
            """
            blocks:
            - {id: a, type: flaky, retry: {maxAttempts: 3}, data: {failures: 9}}
            - {id: b, type: flaky, data: {}}
            """),
        design(
            "diamond",
            "{\"a\":7,\"b\":8}",
            """
            blocks:
            - {id: choose, type: router, data: {routes: [{when: "${ . > 1 }", to: [a, b]}], otherwise: [c]}}
            - {id: a, type: flaky, data: {failures: 1}}
            - {id: b, type: flaky, data: {value: "${ . + 1 }"}}
            - {id: c, type: flaky, data: {}}
            - {id: skip, type: flaky, when: "${ . > 9 }", data: {}}
            - {id: all, type: transform, data: {value: "${ . }"}}
            connections:
            - {source: a, target: all}
            - {source: b, target: all}
            - {source: c, target: all}
            - {source: a, target: skip}
            - {source: skip, target: all}
            """),
        design(
            "caught",
            "[\"flaky.failed\",2,7]",
            """
            blocks:
            - {id: first, type: flaky, data: {}}
            - {id: a, type: flaky, retry: {maxAttempts: 2}, data: {failures: 9}}
            - {id: good, type: flaky, data: {}}
            - {id: bad, type: flaky, data: {value: "${ [.code, .attempt, $blocks.first] }"}}
            connections:
            - {source: first, target: a}
            - {source: a, target: good}
            - {source: a, target: bad, on: error}
            """),
        design(
            "splits",
            "[[\"7-0\"],[\"7-0\",\"7-1\"],[]]",
            """
            blocks:
            - {id: n, type: flaky, data: {value: "${ [[1], [1, 2], []] }"}}
            - id: outer
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: before, type: flaky, data: {failures: 1}}
                - id: inner
                  type: split
                  data:
                    items: ${ . }
                    blocks:
                    - {id: nap, type: sleep, data: {duration: 2s}}
                    - {id: in, type: flaky, data: {value: "${ $input }-${ $index }"}}
            - {id: last, type: flaky, data: {value: "${ . }"}}
            """),
        design(
            "a-split-that-fails",
            "[\"flaky.failed\"]",
            """
            blocks:
            - id: each
              type: split
              data:
                items: ${ [0, 1, 2] }
                blocks:
                - {id: nap, type: sleep, when: "${ . == 2 }", data: {duration: 2s}}
                - {id: in, type: flaky, when: "${ $item == 1 }", retry: {maxAttempts: 2}, data: {failures: 9}}
                connections: []
            - {id: bad, type: transform, data: {value: "${ [.code] }"}}
            connections:
            - {source: each, target: bad, on: error}
            """),
        design(
            "children",
            "{\"all\":{\"sub\":42,\"bad\":\"child.failed\",\"each\":[42,42]}}",
            """
            blocks:
            - {id: sub, type: design, data: {design: works}}
            - {id: wrong, type: design, data: {design: fails}}
            - {id: bad, type: transform, data: {value: "${ .code }"}}
            - id: each
              type: split
              data:
                items: ${ [1, 2] }
                blocks:
                - {id: inner, type: design, data: {design: works}}
            - {id: all, type: flaky, data: {}}
            connections:
            - {source: wrong, target: bad, on: error}
            - {source: sub, target: all}
            - {source: bad, target: all}
            - {source: each, target: all}
            """),
        saga(
            "undone-at-once",
            "[\"flaky.failed\"]",
            "saga/undo-a",
            """
            blocks:
            - id: saga
              type: try
              data:
                blocks:
                - {id: b, type: flaky, retry: {maxAttempts: 2}, data: {failures: 9}}
                - {id: a, type: flaky, data: {}}
                connections: []
                compensate:
                - {id: undo-a, for: a, type: flaky, data: {}}
                catch:
                - blocks:
                  - {id: told, type: transform, data: {value: "${ [.code] }"}}
            """),
        saga(
            "undone-because-it-takes-too-long",
            "[\"block.timeout\"]",
            "saga/tidy saga/undo-a",
            """
            blocks:
            - id: saga
              type: try
              timeout: 5s
              data:
                blocks:
                - {id: a, type: flaky, data: {}}
                - {id: nap, type: sleep, data: {duration: 1h}}
                compensate:
                - {id: undo-a, for: a, type: flaky, data: {failures: 1}}
                catch:
                - blocks:
                  - {id: told, type: transform, data: {value: "${ [.code] }"}}
                finally:
                  blocks:
                  - {id: nap-again, type: sleep, data: {duration: 10s}}
                  - {id: tidy, type: flaky, data: {}}
            """),
        saga(
            "undone-because-a-sibling-fails",
            "fails at bad flaky.failed",
            "saga/tidy saga/undo-a",
            """
            blocks:
            - {id: bad, type: flaky, retry: {maxAttempts: 2, backoff: 2s}, data: {failures: 9}}
            - id: saga
              type: try
              data:
                blocks:
                - {id: a, type: flaky, data: {}}
                - {id: nap, type: sleep, data: {duration: 1h}}
                compensate:
                - {id: undo-a, for: a, type: flaky, data: {failures: 1}}
                catch:
                - blocks:
                  - {id: told, type: transform, data: {value: "${ [.code] }"}}
                finally:
                  blocks: [{id: tidy, type: flaky, data: {}}]
            - {id: after, type: flaky, data: {}}
            connections:
            - {source: saga, target: after}
            """),
        saga(
            "undone-in-every-item",
            "[\"flaky.failed\"]",
            "each[0]/saga/undo-a each[1]/saga/undo-a each[2]/saga/undo-a",
            """
            blocks:
            - id: each
              type: split
              data:
                items: ${ [0, 1, 2] }
                blocks:
                - id: saga
                  type: try
                  data:
                    blocks:
                    - {id: a, type: flaky, data: {}}
                    - {id: nap, type: sleep, when: "${ $item != 1 }", data: {duration: 1h}}
                    - {id: b, type: flaky, retry: {maxAttempts: 2, backoff: 2s}, data: {failures: 9}}
                    connections:
                    - {source: a, target: nap}
                    - {source: a, target: b}
                    compensate:
                    - {id: undo-a, for: a, type: flaky, data: {}}
            - {id: bad, type: transform, data: {value: "${ [.code] }"}}
            connections:
            - {source: each, target: bad, on: error}
            """),
        saga(
            "undone-from-the-inside-out",
            "fails at bad flaky.failed",
            "outer/inner/undo-a outer/tidy outer/undo-z",
            """
            blocks:
            - {id: bad, type: flaky, retry: {maxAttempts: 2, backoff: 2s}, data: {failures: 9}}
            - id: outer
              type: try
              data:
                blocks:
                - {id: z, type: flaky, data: {}}
                - id: rounds
                  type: loop
                  data:
                    times: 1
                    blocks: [{id: n, type: transform, data: {value: 1}}]
                - id: inner
                  type: try
                  data:
                    blocks:
                    - {id: a, type: flaky, data: {}}
                    - {id: nap, type: sleep, data: {duration: 1h}}
                    compensate:
                    - {id: undo-a, for: a, type: flaky, data: {}}
                compensate:
                - {id: undo-z, for: z, type: flaky, data: {value: "${ [.] }"}}
                finally:
                  blocks: [{id: tidy, type: flaky, data: {}}]
            connections: []
            """),
        saga(
            "undone-in-a-container-that-takes-too-long",
            "[\"block.timeout\"]",
            "each[0]/saga/undo-a each[1]/saga/undo-a",
            """
            blocks:
            - id: each
              type: split
              timeout: 5s
              data:
                items: ${ [0, 1] }
                blocks:
                - id: saga
                  type: try
                  data:
                    blocks:
                    - {id: a, type: flaky, data: {}}
                    - {id: nap, type: sleep, data: {duration: 1h}}
                    compensate:
                    - {id: undo-a, for: a, type: flaky, data: {failures: 1}}
            - {id: bad, type: transform, data: {value: "${ [.code] }"}}
            connections:
            - {source: each, target: bad, on: error}
            """),
        saga(
            "undone-at-the-deadline",
            "fails at  execution.deadline",
            "saga/undo-a",
            """
            timeout: 5s
            blocks:
            - id: saga
              type: try
              data:
                blocks:
                - {id: a, type: flaky, data: {}}
                - {id: nap, type: sleep, data: {duration: 1h}}
                compensate:
                - {id: undo-a, for: a, type: flaky, data: {failures: 1}}
            - {id: other, type: sleep, data: {duration: 2h}}
            connections: []
            """),
        saga(
            "cannot-be-undone",
            "fails at bad flaky.failed",
            "saga/undo-a",
            """
            blocks:
            - {id: bad, type: flaky, retry: {maxAttempts: 2, backoff: 2s}, data: {failures: 9}}
            - id: saga
              type: try
              data:
                blocks:
                - {id: a, type: flaky, data: {}}
                - {id: b, type: flaky, data: {}}
                - {id: nap, type: sleep, data: {duration: 1h}}
                compensate:
                - {id: undo-a, for: a, type: flaky, data: {}}
                - {id: undo-b, for: b, type: flaky, retry: {maxAttempts: 2}, data: {failures: 9}}
            connections: []
            """),
        design(
            "late",
            "fails at  execution.deadline",
            """
            timeout: 5s
            blocks:
            - {id: a, type: flaky, data: {failures: 1}}
            - {id: nap, type: sleep, data: {duration: 1h}}
            """));
  }

  private static Arguments design(String id, String result, String blocks) {
    return saga(id, result, "", blocks);
  }

  /**
   * @param undone the paths of what has undone or tidied up, in their order
   */
  private static Arguments saga(String id, String result, String undone, String blocks) {
    return Arguments.of(id, result, undone, "id: " + id + "\n" + blocks);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("designs")
  void comesToTheSameFromEveryPrefixOfItsRows(
      String id, String result, String undone, String design) {
    Plan plan = TestDesigns.plan(design, kinds, name -> Optional.empty());
    engine.deploy(plan);
    Life whole = new Life(plan);
    assertEquals(result, whole.toItsEnd());
    assertEquals(undone, whole.undone());

    assertTrue(whole.history.size() > 1, "there is something to cut off");
    for (int i = 0; i < whole.history.size(); i++) {
      Life next = new Life(plan, whole.history.get(i), whole.now);
      for (StageResult before : whole.applied.subList(0, whole.appliedBy.get(i))) {
        assertTrue(
            next.flow.apply(before, whole.now).isEmpty(),
            "a result that was recorded is taken once more");
      }
      assertEquals(result, next.toItsEnd(), "cut off behind transaction " + i);
      assertEquals(undone, next.undone(), "cut off behind transaction " + i);
    }
  }

  /** One process that works on the execution. */
  private final class Life {
    final Flow flow;
    final Rows rows;
    final List<Rows> history = new ArrayList<>();
    final List<Integer> appliedBy = new ArrayList<>();
    final List<StageResult> applied = new ArrayList<>();
    private final Deque<Dispatch> toRun = new ArrayDeque<>();
    private final Map<String, String> children = new HashMap<>();
    private Ending ending;
    long now = START;

    Life(Plan plan) {
      rows = new Rows();
      Subject subject = subject(plan);
      flow = new Flow(subject, plan, this::child, () -> 0.5);
      take(flow.start(now));
    }

    /** Goes on where another has died. */
    Life(Plan plan, Rows left, long now) {
      this.rows = left.copy();
      this.now = now;
      flow =
          Flow.restore(subject(plan), plan, this::child, () -> 0.5, rows.steps(), rows.due(), now);
      flow.restored().ending().ifPresent(how -> ending = how);
      toRun.addAll(flow.outstanding());
      flow.suspensions()
          .forEach(
              (path, on) -> {
                if (on instanceof Suspension.Child child) {
                  children.put(child.execution(), path);
                }
              });
    }

    private Subject subject(Plan plan) {
      long deadline = plan.design().timeout().map(t -> START + t.toMillis()).orElse(Long.MAX_VALUE);
      return new Subject("x", "", Value.ofText("7"), START, deadline);
    }

    private String child() {
      return "child-" + endings.size();
    }

    /** The blocks that have undone something, and those that have tidied up. */
    String undone() {
      return rows.steps().stream()
          .filter(step -> step.status() == StepStatus.COMPLETED)
          .map(RecordedStep::path)
          .filter(path -> path.contains("undo-") || path.endsWith("tidy"))
          .sorted()
          .collect(Collectors.joining(" "));
    }

    String toItsEnd() {
      for (int events = 0; ending == null; events++) {
        assertTrue(events < MOST_EVENTS, () -> "it waits for " + flow.waitingFor());
        step();
      }
      if (ending instanceof Ending.Completed completed) {
        return completed.result().text();
      }
      Ending.Failed failed = (Ending.Failed) ending;
      return "fails at " + failed.path() + " " + failed.fault().code();
    }

    private void step() {
      if (!toRun.isEmpty()) {
        StageResult result = engine.stage(toRun.poll());
        applied.add(result);
        take(flow.apply(result, now));
        return;
      }
      if (!children.isEmpty()) {
        String child = children.keySet().iterator().next();
        take(flow.childEnded(children.remove(child), child, endings.get(child), now));
        return;
      }
      Decision.Timer next = rows.nextTimer();
      now = Math.max(now, next.dueAt());
      Decision decision = flow.timerFired(next.path(), next.kind(), next.attempt(), now);
      rows.drop(next);
      take(decision);
    }

    private void take(Decision decision) {
      rows.record(decision);
      toRun.addAll(decision.dispatches());
      for (Decision.Child child : decision.children()) {
        children.put(child.execution(), child.path());
        endings.put(
            child.execution(),
            child.design().equals("works")
                ? new Ending.Completed(Value.ofText("42"))
                : new Ending.Failed("a", Fault.rejected("child.failed", Blame.DESIGN, "no")));
      }
      decision.ending().ifPresent(how -> ending = how);
      // What ends an execution is in the same transaction as its ending.
      if (ending == null) {
        history.add(rows.copy());
        appliedBy.add(applied.size());
      }
    }
  }
}
