package dev.howdah.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.engine.FlakyBlock;
import dev.howdah.engine.InMemoryEngine;
import dev.howdah.engine.TestDesigns;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.StageResult;
import dev.howdah.engine.flow.StepResult;
import dev.howdah.engine.flow.Subject;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.plan.Plan;
import dev.howdah.plan.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whom a fault in a stage is put down to. */
class StageRunTest {
  private static final Fault BROKEN = Fault.retryable("route.broken", Blame.ENGINE, "broken");

  /** Depends on its input alone, and says of its faults that they may pass. */
  private static final class Hopeful implements LeafKind<Hopeful.Configuration> {
    record Configuration() {}

    @Override
    public String type() {
      return "hopeful";
    }

    @Override
    public Class<Configuration> configuration() {
      return Configuration.class;
    }

    @Override
    public Role role() {
      return Role.PURE;
    }

    @Override
    public String subject(Configuration configuration) {
      return "it";
    }

    @Override
    public Call prepare(Configuration configuration, Services services) {
      return invocation -> {
        throw Fault.retryable("hopeful.failed", Blame.ENGINE, "not now").toException();
      };
    }
  }

  private static Kinds kinds() {
    List<BlockKind<?>> kinds = new ArrayList<>(Kinds.installed().all());
    kinds.add(new FlakyBlock());
    kinds.add(new Hopeful());
    return Kinds.of(kinds);
  }

  private static Plan plan(String blocks) {
    return TestDesigns.plan("id: d\nblocks:\n" + blocks, kinds(), name -> Optional.empty());
  }

  @Test
  void aRouteThatFailsBeforeItsFirstBlockFailsThatBlock() {
    Plan plan =
        plan(
            """
            - {id: first, type: transform, data: {value: 1}}
            - {id: call, type: flaky, retry: {maxAttempts: 1}, data: {}}
            """);
    Flow flow =
        new Flow(
            new Subject("x", "", Value.NULL, 0, Long.MAX_VALUE), plan, () -> "child", () -> 0.5);
    Dispatch dispatch = flow.start(0).dispatches().get(0);
    Stage stage = plan.headedBy(plan.graph().node(0)).orElseThrow();
    StageRun run =
        new StageRun(
            dispatch,
            new LoadedPlan(plan, java.util.Map.of()),
            new LoadedPlan.Route(stage, plan.graph(), null),
            () -> Instant.EPOCH,
            () -> 0,
            secret -> Optional.empty(),
            partial -> {});

    List<StepResult> results =
        run.results(Optional.of(Fault.rejected("route.broken", Blame.ENGINE, "broken")));

    assertEquals(List.of("first"), results.stream().map(StepResult::block).toList());
    Ending ending =
        flow.apply(new StageResult("x", "first", 1, "node", results), 1).ending().orElseThrow();
    Ending.Failed failed = assertInstanceOf(Ending.Failed.class, ending);
    assertEquals("route.broken", failed.fault().code());
    assertEquals("first", failed.path());
    assertEquals(
        List.of(new StepResult.Failed("first", 0, 0, BROKEN)), run.results(Optional.of(BROKEN)));
  }

  @Test
  void theFaultOfAPureBlockDoesNotRepeatTheEffectItRidesBehind() throws Exception {
    Plan plan =
        plan(
            """
            - {id: call, type: flaky, data: {}}
            - {id: pure, type: hopeful, data: {}}
            """);
    assertEquals(1, plan.all().size());
    try (InMemoryEngine engine =
        new InMemoryEngine(kinds(), dev.howdah.block.spi.NoServices::at, 10)) {
      InMemoryEngine.Outcome outcome =
          engine.run(plan, Json.read("7"), InMemoryEngine.Mishaps.NONE);

      assertEquals("[call#1 COMPLETED, pure#1 FAILED]", outcome.rows().toString());
      Ending.Failed failed = assertInstanceOf(Ending.Failed.class, outcome.ending());
      assertEquals("hopeful.failed", failed.fault().code());
      assertEquals(false, failed.fault().retryable());
    }
  }
}
