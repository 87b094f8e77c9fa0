package dev.howdah.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Outcome;
import dev.howdah.engine.FlakyBlock;
import dev.howdah.engine.Rows;
import dev.howdah.engine.TestDesigns;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.store.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each transition by itself: what is there, what happens, what is decided. */
class FlowTest {
  private static final long NOW = 1_000_000;
  private static final Fault PASSING = Fault.retryable("it.broke", Blame.WORKER, "broke");
  private static final Fault FINAL = Fault.rejected("it.refused", Blame.WORKER, "refused");

  /** Two blocks that call something, one after the other. */
  private static final String CHAIN =
      """
      id: d
      blocks:
      - {id: a, type: flaky, data: {}}
      - {id: b, type: flaky, data: {}}
      """;

  private static final String SPLIT =
      """
      id: d
      blocks:
      - id: each
        type: split
        data:
          items: ${ . }
          blocks:
          - {id: in, type: flaky, data: {}}
      - {id: last, type: flaky, data: {}}
      """;

  private static final String CHILD =
      """
      id: d
      blocks:
      - {id: sub, type: design, data: {design: other}}
      - {id: last, type: flaky, data: {}}
      """;

  private final Rows rows = new Rows();
  private int children;

  private static Plan plan(String design) {
    List<BlockKind<?>> kinds = new ArrayList<>(Kinds.installed().all());
    kinds.add(new FlakyBlock());
    return TestDesigns.plan(design, Kinds.of(kinds), name -> Optional.empty());
  }

  private static Subject subject(String input, long deadline) {
    return new Subject("x", "", Value.ofText(input), NOW, deadline);
  }

  private Flow flow(String design, String input) {
    return new Flow(subject(input, Long.MAX_VALUE), plan(design), this::child, () -> 0.5);
  }

  private Flow started(String design, String input) {
    Flow flow = flow(design, input);
    rows.record(flow.start(NOW));
    return flow;
  }

  /** The same execution in another process. */
  private Flow restored(Flow flow) {
    return Flow.restore(
        flow.subject(), flow.plan(), this::child, () -> 0.5, rows.steps(), rows.due(), NOW + 50);
  }

  private String child() {
    return "child-" + ++children;
  }

  private static StageResult result(String path, int attempt, StepResult... steps) {
    return new StageResult("x", path, attempt, "node", List.of(steps));
  }

  private static StepResult done(String block, String output, String... taken) {
    return new StepResult.Done(
        block,
        NOW,
        5,
        Value.ofText(output),
        taken.length == 0 ? Optional.empty() : Optional.of(without(taken)));
  }

  /** The ids, of which {@code -} stands for none. */
  private static List<String> without(String... taken) {
    return Arrays.stream(taken).filter(id -> !id.equals("-")).toList();
  }

  private static StepResult failed(String block, Fault fault) {
    return new StepResult.Failed(block, NOW, 5, fault);
  }

  private static StepResult split(String block, String items) {
    return suspended(block, new Outcome.Composed(Value.ofText(items).node()));
  }

  private static StepResult suspended(String block, Outcome outcome) {
    return new StepResult.Suspended(block, NOW, 5, outcome);
  }

  private static StepResult runs(String block, String design) {
    return suspended(block, new Outcome.Child(design, 0, Value.ofText("3").node()));
  }

  private static StepResult sleeps(String block, long until) {
    return suspended(block, new Outcome.Sleeping(Instant.ofEpochMilli(until)));
  }

  /** Lets a result happen a while after the start, and keeps what is recorded of it. */
  private List<String> apply(Flow flow, StageResult result) {
    return told(flow.apply(result, NOW + 10));
  }

  private List<String> told(Decision decision) {
    rows.record(decision);
    List<String> told = new ArrayList<>();
    decision
        .steps()
        .forEach(
            s ->
                told.add(
                    s.status().label()
                        + " "
                        + s.path()
                        + "#"
                        + s.attempt()
                        + s.output().map(o -> " " + o.text()).orElse("")
                        + s.error().map(e -> " " + e.path("code").asText()).orElse("")));
    decision.dropped().forEach(t -> told.add("drop " + t.kind().label() + " " + t.path()));
    decision.timers().forEach(t -> told.add("timer " + told(t)));
    decision
        .children()
        .forEach(c -> told.add("start " + c.execution() + " of " + c.design() + " " + c.input()));
    decision
        .dispatches()
        .forEach(d -> told.add("send " + d.path() + "#" + d.attempt() + " " + d.input().text()));
    decision.abandoned().forEach(id -> told.add("abandon " + id));
    decision.unwanted().forEach(stage -> told.add("stop " + stage.path() + " in " + stage.group()));
    decision.ending().map(FlowTest::told).ifPresent(told::add);
    return told;
  }

  private static String told(Decision.Timer timer) {
    return "%s %s#%d after %d"
        .formatted(timer.kind().label(), timer.path(), timer.attempt(), timer.dueAt() - NOW);
  }

  private static String told(Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      return "ends with " + completed.result().text();
    }
    if (ending instanceof Ending.Failed failed) {
      return "fails at " + failed.path() + " " + failed.fault().code();
    }
    return "is cancelled: " + ((Ending.Cancelled) ending).reason();
  }

  // ---- beginning and going on

  @Test
  void sendsTheFirstBlocksAtTheStart() {
    Flow flow = flow(CHAIN + "connections: []\n", "7");

    assertEquals(List.of("send a#1 7", "send b#1 7"), told(flow.start(NOW)));
  }

  @Test
  void setsATimerForTheDeadlineAtTheStart() {
    Flow flow = new Flow(subject("7", NOW + 5_000), plan(CHAIN), this::child, () -> 0.5);

    assertEquals(List.of("timer deadline #1 after 5000", "send a#1 7"), told(flow.start(NOW)));
  }

  @Test
  void goesOnWithTheOutputAndEndsWithTheLast() {
    Flow flow = started(CHAIN, "7");

    assertEquals(
        List.of("completed a#1 8", "send b#1 8"), apply(flow, result("a", 1, done("a", "8"))));
    assertEquals(
        List.of("completed b#1 9", "ends with 9"), apply(flow, result("b", 1, done("b", "9"))));
    assertTrue(flow.isEnded());
  }

  @Test
  void recordsEveryBlockOfAStage() {
    Flow flow =
        started(
            """
            id: d
            blocks:
            - {id: before, type: transform, data: {value: 1}}
            - {id: a, type: flaky, data: {}}
            - {id: after, type: transform, data: {value: 2}}
            """,
            "7");

    assertEquals(
        List.of("completed before#1 1", "completed a#1 8", "completed after#1 2", "ends with 2"),
        apply(flow, result("before", 1, done("before", "1"), done("a", "8"), done("after", "2"))));
  }

  @Test
  void onlyTheBlockThatFailsIsTriedAgainAndItIsWhatTheExecutionWaitsFor() {
    Flow flow = started(BEHIND, "7");

    assertEquals(
        List.of("completed before#1 1", "retried a#1 it.broke", "timer retry a#2 after 1010"),
        apply(flow, result("before", 1, done("before", "1"), failed("a", PASSING))));
    assertEquals(List.of("a"), flow.waitingFor().stream().map(Waiting::path).toList());
    assertEquals(
        List.of("drop retry a", "send a#2 7"),
        told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_010)));
    assertEquals(
        Map.of("before", Optional.of(Value.ofText("1"))), flow.outstanding().get(0).given());
    assertEquals(
        List.of("completed a#2 8", "completed after#1 2", "ends with 2"),
        apply(flow, result("a", 2, done("before", "1"), done("a", "8"), done("after", "2"))));
  }

  private static final String BEHIND =
      """
      id: d
      blocks:
      - {id: before, type: transform, data: {value: 1}}
      - {id: a, type: flaky, data: {}}
      - {id: after, type: transform, data: {value: 2}}
      """;

  /** Fails the first attempt and begins the second. */
  private Flow againAt(Flow flow, String path, String block) {
    apply(flow, result(path, 1, failed(block, PASSING)));
    told(flow.timerFired(path, TimerKind.RETRY, 2, NOW + 1_010));
    return flow;
  }

  // ---- joins, routers

  private static final String DIAMOND =
      """
      id: d
      blocks:
      - {id: choose, type: router, data: {routes: [{when: "${ . }", to: [a, b]}], otherwise: [c]}}
      - {id: a, type: flaky, data: {}}
      - {id: b, type: flaky, data: {}}
      - {id: c, type: flaky, data: {}}
      - {id: both, type: flaky, data: {}}
      connections:
      - {source: a, target: both}
      - {source: b, target: both}
      - {source: c, target: both}
      """;

  @Test
  void aRouterSendsToThoseItPicksAndAJoinWaitsForThoseOnly() {
    Flow flow = started(DIAMOND, "7");

    assertEquals(
        List.of("completed choose#1 7", "send a#1 7", "send b#1 7"),
        apply(flow, result("choose", 1, done("choose", "7", "a", "b"))));
    assertEquals(List.of("completed b#1 2"), apply(flow, result("b", 1, done("b", "2"))));
    assertEquals(
        List.of("completed a#1 1", "send both#1 {\"a\":1,\"b\":2}"),
        apply(flow, result("a", 1, done("a", "1"))));
    assertEquals(
        List.of("completed both#1 3", "ends with 3"),
        apply(flow, result("both", 1, done("both", "3"))));
  }

  @Test
  void aJoinOfOneValueStillGetsAnObject() {
    Flow flow = started(DIAMOND, "7");
    apply(flow, result("choose", 1, done("choose", "7", "c")));

    assertEquals(
        List.of("completed c#1 5", "send both#1 {\"c\":5}"),
        apply(flow, result("c", 1, done("c", "5"))));
  }

  @Test
  void whatNobodyPicksIsSkippedToTheEnd() {
    Flow flow = started(DIAMOND, "7");

    assertEquals(
        List.of("completed choose#1 7", "ends with null"),
        apply(flow, result("choose", 1, done("choose", "7", "-"))));
  }

  @Test
  void aBlockWhoseConditionIsFalseIsSkippedWithWhatFollowsOnlyIt() {
    Flow flow = started(DIAMOND, "7");
    apply(flow, result("choose", 1, done("choose", "7", "a", "b")));

    assertEquals(
        List.of("skipped a#1"), apply(flow, result("a", 1, new StepResult.Skipped("a", NOW, 5))));
    assertEquals(
        List.of("completed b#1 2", "send both#1 {\"b\":2}"),
        apply(flow, result("b", 1, done("b", "2"))));
  }

  // ---- faults

  private static final String CAUGHT =
      """
      id: d
      blocks:
      - {id: a, type: flaky, data: {}}
      - {id: good, type: flaky, data: {}}
      - {id: bad, type: flaky, data: {}}
      connections:
      - {source: a, target: good}
      - {source: a, target: bad, on: error}
      """;

  @Test
  void anErrorConnectionGetsTheFault() {
    Flow flow = started(CAUGHT, "7");

    assertEquals(
        List.of(
            "failed a#1 it.refused",
            "send bad#1 {\"code\":\"it.refused\",\"blame\":\"worker\",\"message\":\"refused\","
                + "\"retryable\":false,\"block\":\"a\",\"attempt\":1}"),
        apply(flow, result("a", 1, failed("a", FINAL))));
    assertEquals(
        List.of("completed bad#1 0", "ends with 0"),
        apply(flow, result("bad", 1, done("bad", "0"))));
  }

  @Test
  void anErrorConnectionIsSkippedWhenAllGoesWell() {
    Flow flow = started(CAUGHT, "7");

    assertEquals(
        List.of("completed a#1 1", "send good#1 1"), apply(flow, result("a", 1, done("a", "1"))));
    assertEquals(
        List.of("completed good#1 2", "ends with 2"),
        apply(flow, result("good", 1, done("good", "2"))));
  }

  @Test
  void aFaultThatNobodyCatchesFailsTheExecution() {
    Flow flow = started(CHAIN + "connections: []\n", "7");

    assertEquals(
        List.of("failed a#1 it.refused", "cancelled b#1", "fails at a it.refused"),
        apply(flow, result("a", 1, failed("a", FINAL))));
    assertEquals(List.of(), apply(flow, result("b", 1, done("b", "1"))));
  }

  @Test
  void aPassingFaultIsTriedAgainWhenItsTimerIsDue() {
    Flow flow = started(CHAIN, "7");

    assertEquals(
        List.of("retried a#1 it.broke", "timer retry a#2 after 1010"),
        apply(flow, result("a", 1, failed("a", PASSING))));
    assertEquals(
        List.of("drop retry a", "send a#2 7"),
        told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_010)));
    assertEquals(
        List.of("completed a#2 8", "send b#1 8"), apply(flow, result("a", 2, done("a", "8"))));
  }

  @Test
  void waitsAsLongAsTheCalledSideAsks() {
    Flow flow = started(CHAIN, "7");
    Fault asks =
        new Fault("it.broke", Blame.WORKER, "later", true, Optional.of(Duration.ofSeconds(9)));

    assertEquals(
        List.of("retried a#1 it.broke", "timer retry a#2 after 9010"),
        apply(flow, result("a", 1, failed("a", asks))));
  }

  @Test
  void theLastAttemptIsFinal() {
    Flow flow =
        started("id: d\nblocks:\n- {id: a, type: flaky, retry: {maxAttempts: 2}, data: {}}\n", "7");
    againAt(flow, "a", "a");

    assertEquals(
        List.of("failed a#2 it.broke", "fails at a it.broke"),
        apply(flow, result("a", 2, failed("a", PASSING))));
  }

  @Test
  void aTimerThatComesLateOrTwiceChangesNothing() {
    Flow flow = started(CHAIN, "7");
    apply(flow, result("a", 1, failed("a", PASSING)));
    assertEquals(List.of(), told(flow.timerFired("a", TimerKind.RETRY, 1, NOW + 20)));
    told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_010));

    assertEquals(List.of(), told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_011)));
    assertEquals(List.of(), told(flow.timerFired("a", TimerKind.SLEEP, 2, NOW + 1_011)));
    apply(flow, result("a", 2, done("a", "8")));
    assertEquals(List.of(), told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_012)));
    assertEquals(List.of(), told(flow.timerFired("no[1]/such", TimerKind.RETRY, 1, NOW)));
  }

  @Test
  void aResultThatComesTwiceChangesNothing() {
    Flow flow = started(CHAIN, "7");
    apply(flow, result("a", 1, done("a", "8")));

    assertEquals(List.of(), apply(flow, result("a", 1, done("a", "99"))));
    assertFalse(flow.awaits("a", 1));
    assertTrue(flow.awaits("b", 1));
  }

  @Test
  void aResultOfAnEarlierAttemptChangesNothing() {
    Flow flow = started(CHAIN, "7");
    apply(flow, result("a", 1, failed("a", PASSING)));

    assertEquals(List.of(), apply(flow, result("a", 1, done("a", "8"))));
    told(flow.timerFired("a", TimerKind.RETRY, 2, NOW + 1_010));
    assertEquals(List.of(), apply(flow, result("a", 1, done("a", "8"))));
    assertEquals(List.of(), apply(flow, result("a", 3, done("a", "8"))));
    assertTrue(flow.awaits("a", 2));
  }

  @Test
  void aBlockThatComesToNothingIsTheEnginesFault() {
    Flow flow = started(CHAIN, "7");

    assertEquals(
        List.of("failed a#1 engine.no-result", "fails at a engine.no-result"),
        apply(flow, result("a", 1)));
  }

  // ---- what ends an execution from outside

  @Test
  void theDeadlineFailsWhatIsNotDone() {
    Flow flow = started(CHAIN, "7");

    assertEquals(
        List.of("cancelled a#1", "fails at  execution.deadline"),
        told(flow.timerFired("", TimerKind.DEADLINE, 1, NOW + 5_000)));
    assertEquals(List.of(), apply(flow, result("a", 1, done("a", "8"))));
    assertEquals(List.of(), told(flow.timerFired("", TimerKind.DEADLINE, 1, NOW + 5_001)));
  }

  private static final String SAGA =
      """
      id: d
      blocks:
      - id: saga
        type: try
        data:
          blocks:
          - {id: a, type: flaky, data: {}}
          - {id: b, type: flaky, data: {}}
          compensate:
          - {id: undo, for: a, type: flaky, data: {}}
          finally:
            blocks: [{id: tidy, type: flaky, data: {}}]
      - {id: other, type: flaky, data: {}}
      connections: []
      """;

  private Flow inTheMiddleOfASaga() {
    Flow flow = started(SAGA, "7");
    apply(flow, result("saga", 1, split("saga", "7")));
    apply(flow, result("saga/a", 1, done("a", "8")));
    return flow;
  }

  @Test
  void aCancelUndoesWhatIsDoneBeforeTheExecutionEnds() {
    Flow flow = inTheMiddleOfASaga();

    assertEquals(
        List.of(
            "cancelled other#1",
            "waiting saga#1",
            "cancelled saga/b#1",
            "send saga/undo#1 8",
            "stop other in default",
            "stop saga/b in default"),
        told(flow.cancel("enough", NOW + 20)));
    assertEquals("is cancelled: enough", told(flow.endingSoon().orElseThrow()));
    assertEquals(List.of(), told(flow.cancel("again", NOW + 21)));
    assertEquals(List.of(), apply(flow, result("other", 1, done("other", "1"))));

    assertEquals(
        List.of(
            "completed saga/undo#1 0",
            "send saga/tidy#1 {\"code\":\"execution.cancelled\",\"blame\":\"caller\",\"message\":\"enough\",\"retryable\":false}"),
        apply(flow, result("saga/undo", 1, done("undo", "0"))));
    assertEquals(
        List.of("completed saga/tidy#1 0", "cancelled saga#1", "is cancelled: enough"),
        apply(flow, result("saga/tidy", 1, done("tidy", "0"))));
    assertTrue(flow.isEnded());
  }

  @Test
  void aCancelAtOnceUndoesNothing() {
    Flow flow = inTheMiddleOfASaga();
    told(flow.cancel("enough", NOW + 20));

    assertEquals(
        List.of("cancelled saga#1", "cancelled saga/undo#1", "is cancelled: now"),
        told(flow.cancelAtOnce("now", NOW + 21)));
  }

  @Test
  void aSagaThatIsNotUndoneHasFailedAndTheExecutionEndsAsItWould() {
    Flow flow = inTheMiddleOfASaga();
    apply(flow, result("other", 1, failed("other", FINAL)));
    apply(flow, result("saga/undo", 1, failed("undo", FINAL)));

    assertEquals(
        List.of(
            "completed saga/tidy#1 0", "failed saga#1 try.not-undone", "fails at other it.refused"),
        apply(flow, result("saga/tidy", 1, done("tidy", "0"))));
  }

  @Test
  void aSagaThatHasItsOutputWhileTheRestIsStoppedKeepsIt() {
    Flow flow = inTheMiddleOfASaga();
    apply(flow, result("saga/b", 1, done("b", "9")));
    told(flow.cancel("enough", NOW + 20));

    assertEquals(
        List.of("completed saga/tidy#1 0", "completed saga#1 9", "is cancelled: enough"),
        apply(flow, result("saga/tidy", 1, done("tidy", "0"))));
  }

  @Test
  void aCancelStopsWhatWaitsAndGivesChildrenUp() {
    Flow flow =
        started(
            """
            id: d
            blocks:
            - {id: nap, type: sleep, data: {duration: 1s}}
            - {id: sub, type: design, data: {design: other}}
            - {id: a, type: flaky, data: {}}
            - {id: each, type: split, data: {items: "${ [1] }", blocks: [{id: in, type: design, data: {design: other}}]}}
            connections: []
            """,
            "7");
    apply(flow, result("nap", 1, sleeps("nap", NOW + 1_000)));
    apply(flow, result("sub", 1, runs("sub", "other")));
    apply(flow, result("each", 1, split("each", "[1]")));
    apply(flow, result("each[0]/in", 1, runs("in", "other")));

    List<String> told = told(flow.cancel("enough", NOW + 20));

    assertEquals("is cancelled: enough", told.get(told.size() - 1));
    assertEquals(
        List.of(
            "abandon child-1",
            "abandon child-2",
            "cancelled a#1",
            "cancelled each#1",
            "cancelled each[0]/in#1",
            "cancelled nap#1",
            "cancelled sub#1"),
        told.stream().limit(told.size() - 1).sorted().toList());
    assertEquals(List.of(), told(flow.cancel("again", NOW + 21)));
    assertEquals(List.of(), flow.outstanding());
    assertEquals(List.of(), flow.waitingFor());
    assertEquals(List.of(), told(flow.childEnded("sub", "child-1", completed("1"), NOW + 22)));
  }

  private static Ending completed(String result) {
    return new Ending.Completed(Value.ofText(result));
  }

  // ---- split

  @Test
  void aSplitGivesTheResultsInTheOrderOfItsItems() {
    Flow flow = started(SPLIT, "[5,6]");

    assertEquals(
        List.of("waiting each#1", "send each[0]/in#1 5", "send each[1]/in#1 6"),
        apply(flow, result("each", 1, split("each", "[5,6]"))));
    assertEquals(
        List.of("completed each[1]/in#1 60"),
        apply(flow, result("each[1]/in", 1, done("in", "60"))));
    assertEquals(
        List.of("completed each[0]/in#1 50", "completed each#1 [50,60]", "send last#1 [50,60]"),
        apply(flow, result("each[0]/in", 1, done("in", "50"))));
  }

  @Test
  void aSplitOfNothingIsDoneAtOnce() {
    Flow flow = started(SPLIT, "[]");

    assertEquals(
        List.of("waiting each#1", "completed each#1 []", "send last#1 []"),
        apply(flow, result("each", 1, split("each", "[]"))));
  }

  @Test
  void anItemThatFailsClosesTheOthers() {
    Flow flow = started(SPLIT, "[5,6,7]");
    apply(flow, result("each", 1, split("each", "[5,6,7]")));
    apply(flow, result("each[2]/in", 1, failed("in", PASSING)));

    assertEquals(
        List.of(
            "failed each[1]/in#1 it.refused",
            "cancelled each[2]/in#2",
            "cancelled each[0]/in#1",
            "failed each#1 it.refused",
            "fails at each it.refused"),
        apply(flow, result("each[1]/in", 1, failed("in", FINAL))));
    assertFalse(flow.awaits("each[0]/in", 1));
    assertEquals(List.of(), apply(flow, result("each[0]/in", 1, done("in", "50"))));
    assertEquals(List.of(), told(flow.timerFired("each[2]/in", TimerKind.RETRY, 2, NOW + 1_010)));
  }

  @Test
  void aFailedItemGoesWhereTheSplitsFaultsGoAndStopsWhatOtherItemsWaitFor() {
    Flow flow =
        started(
            """
            id: d
            blocks:
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                - {id: nap, type: sleep, data: {duration: 1s}}
                - {id: in, type: flaky, data: {}}
            - {id: bad, type: flaky, data: {}}
            connections:
            - {source: each, target: bad, on: error}
            """,
            "[5,6]");
    apply(flow, result("each", 1, split("each", "[5,6]")));
    apply(flow, result("each[0]/nap", 1, sleeps("nap", NOW + 1_000)));

    List<String> told = apply(flow, result("each[1]/nap", 1, failed("nap", FINAL)));

    assertEquals(
        List.of("failed each[1]/nap#1 it.refused", "cancelled each[0]/nap#1"), told.subList(0, 2));
    assertEquals("failed each#1 it.refused", told.get(2));
    assertTrue(told.get(3).startsWith("send bad#1 {\"code\":\"it.refused\""), told::toString);
    assertEquals(List.of(), told(flow.timerFired("each[0]/nap", TimerKind.SLEEP, 1, NOW + 1_000)));
    assertEquals(List.of("bad"), flow.outstanding().stream().map(Dispatch::path).toList());
  }

  @Test
  void whatRunsOfOtherItemsIsStoppedWhenTheExecutionGoesOn() {
    String caught = SPLIT + "connections: [{source: each, target: last, on: error}]\n";
    Flow flow = started(caught, "[5,6]");
    apply(flow, result("each", 1, split("each", "[5,6]")));

    List<String> told = apply(flow, result("each[1]/in", 1, failed("in", FINAL)));

    assertEquals("cancelled each[0]/in#1", told.get(1));
    assertTrue(told.get(3).startsWith("send last#1 "), told::toString);
    assertEquals("stop each[0]/in in default", told.get(4));
  }

  // ---- children, sleeps

  @Test
  void aChildsResultIsTheBlocksOutput() {
    Flow flow = started(CHILD, "7");

    assertEquals(
        List.of("waiting sub#1", "start child-1 of other 3"),
        apply(flow, result("sub", 1, runs("sub", "other"))));
    assertEquals(List.of(), told(flow.childEnded("sub", "child-9", completed("1"), NOW + 20)));
    assertEquals(
        List.of("completed sub#1 4", "send last#1 4"),
        told(flow.childEnded("sub", "child-1", completed("4"), NOW + 20)));
    assertEquals(List.of(), told(flow.childEnded("sub", "child-1", completed("5"), NOW + 21)));
  }

  @Test
  void aChildGoesOnFromThatOfAnAttemptThatWasRetried() {
    Flow flow =
        Flow.restore(
            subject("7", Long.MAX_VALUE),
            plan(CHILD),
            this::child,
            () -> 0.5,
            List.of(
                retried(1, Optional.of(new Suspension.Child("child-9").toJson())),
                retried(2, Optional.empty())),
            Map.of(),
            NOW);
    assertEquals(3, flow.outstanding("sub").orElseThrow().attempt());

    Decision decision = flow.apply(result("sub", 3, runs("sub", "other")), NOW + 10);

    assertEquals(Optional.of("child-9"), decision.children().get(0).earlier());
    assertEquals(List.of("waiting sub#3", "start child-1 of other 3"), told(decision));
  }

  private static RecordedStep retried(int attempt, Optional<JsonNode> state) {
    return new RecordedStep(
        "sub",
        attempt,
        StepStatus.RETRIED,
        Optional.empty(),
        Optional.empty(),
        state,
        NOW,
        Optional.empty(),
        false);
  }

  @Test
  void aChildsFaultIsTheBlocksFault() {
    Flow flow = started(CHILD, "7");
    apply(flow, result("sub", 1, runs("sub", "other")));

    Decision decision =
        flow.childEnded("sub", "child-1", new Ending.Failed("deep", PASSING), NOW + 20);

    assertEquals(
        "in child-1 deep: broke",
        decision.steps().get(0).error().orElseThrow().get("message").textValue());
    assertEquals(List.of("failed sub#1 it.broke", "fails at sub it.broke"), told(decision));
  }

  @Test
  void aChildThatWasCancelledIsAFault() {
    Flow flow = started(CHILD, "7");
    apply(flow, result("sub", 1, runs("sub", "other")));

    assertEquals(
        List.of("failed sub#1 execution.child-cancelled", "fails at sub execution.child-cancelled"),
        told(flow.childEnded("sub", "child-1", new Ending.Cancelled("no"), NOW + 20)));
  }

  @Test
  void aSleepGivesOnItsInputWhenItIsOver() {
    Flow flow =
        started(
            """
            id: d
            blocks:
            - {id: nap, type: sleep, data: {duration: 1s}}
            - {id: last, type: flaky, data: {}}
            """,
            "7");

    assertEquals(
        List.of("waiting nap#1", "timer sleep nap#1 after 1000"),
        apply(flow, result("nap", 1, sleeps("nap", NOW + 1_000))));
    assertEquals(List.of(), flow.outstanding());
    assertEquals(
        List.of("completed nap#1 7", "drop sleep nap", "send last#1 7"),
        told(flow.timerFired("nap", TimerKind.SLEEP, 1, NOW + 1_000)));
    assertEquals(List.of(), told(flow.timerFired("nap", TimerKind.SLEEP, 1, NOW + 1_001)));
  }

  // ---- from the rows

  @Test
  void whatWaitsLongerThanItsTimeoutFails() {
    String limited = CHILD.replace("type: design,", "type: design, timeout: 20ms,");
    Flow flow = started(limited, "1");
    assertEquals(
        List.of("waiting sub#1", "timer timeout sub#1 after 30", "start child-1 of other 3"),
        apply(flow, result("sub", 1, runs("sub", "other"))));
    Flow restored = restored(flow);
    assertEquals(
        List.of(
            "failed sub#1 block.timeout",
            "drop timeout sub",
            "abandon child-1",
            "fails at sub block.timeout"),
        told(restored.timerFired("sub", TimerKind.TIMEOUT, 1, NOW + 30)));
  }

  @Test
  void aTimeoutIsOffWhenWhatIsWaitedForHasCome() {
    String limited = CHILD.replace("type: design,", "type: design, timeout: 20ms,");
    Flow flow = started(limited, "1");
    apply(flow, result("sub", 1, runs("sub", "other")));
    assertEquals(
        List.of("completed sub#1 4", "drop timeout sub", "send last#1 4"),
        told(flow.childEnded("sub", "child-1", completed("4"), NOW + 20)));
    assertEquals(List.of(), told(flow.timerFired("sub", TimerKind.TIMEOUT, 1, NOW + 30)));
  }

  @Test
  void aRestoredRetryIsTheAttemptThatItsTimerIsFor() {
    Flow flow = started(CHAIN, "7");
    apply(flow, result("a", 1, failed("a", PASSING)));

    Flow again = restored(flow);

    assertEquals(List.of(), again.outstanding());
    assertEquals(
        List.of("drop retry a", "send a#2 7"),
        told(again.timerFired("a", TimerKind.RETRY, 2, NOW + 1_010)));
  }

  @Test
  void aRestoredAttemptThatWasSentIsSentAgain() {
    Flow flow = againAt(started(CHAIN, "7"), "a", "a");

    Flow again = restored(flow);

    assertEquals(
        List.of("a#2"),
        again.outstanding().stream().map(d -> d.path() + "#" + d.attempt()).toList());
    assertEquals(List.of(), apply(again, result("a", 1, done("a", "8"))));
    assertEquals(
        List.of("completed a#2 8", "send b#1 8"), apply(again, result("a", 2, done("a", "8"))));
  }

  /** The second attempt fails before its route begins, as where the design is not known yet. */
  @Test
  void aRestoredRetryIsThatOfTheBlockThatFailed() {
    Flow flow = started(BEHIND, "7");
    apply(flow, result("before", 1, done("before", "1"), failed("a", PASSING)));

    Flow again = restored(flow);

    assertEquals(
        List.of("drop retry a", "send a#2 7"),
        told(again.timerFired("a", TimerKind.RETRY, 2, NOW + 5_000)));
    assertEquals(
        Map.of("before", Optional.of(Value.ofText("1"))), again.outstanding().get(0).given());
  }

  @Test
  void anEndingThatWasNotRecordedIsFoundInTheRows() {
    Flow flow = started(CHAIN, "7");
    apply(flow, result("a", 1, done("a", "8")));
    apply(flow, result("b", 1, done("b", "9")));

    Flow again = restored(flow);

    assertEquals("ends with 9", told(again.restored().ending().orElseThrow()));
  }
}
