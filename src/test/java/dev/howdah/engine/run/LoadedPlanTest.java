package dev.howdah.engine.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.engine.TestDesigns;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadedPlanTest {
  private final LoadedPlan plan =
      new LoadedPlan(
          TestDesigns.plan(
              """
              id: d
              blocks:
              - {id: a, type: transform, data: {value: "${ . }"}}
              """),
          Map.of());

  @Test
  void doesNotRetireWhileAStageIsInside() {
    assertTrue(plan.enter());
    assertTrue(plan.enter());
    plan.leave();
    assertFalse(plan.retire());

    plan.leave();
    assertTrue(plan.retire());
  }

  @Test
  void letsNobodyInOnceRetired() {
    assertTrue(plan.retire());
    assertFalse(plan.enter());
    assertFalse(plan.enter());
    assertFalse(plan.retire());
  }
}
