package dev.howdah.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.block.spi.Kinds;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.engine.record.Rerun.Wish;
import dev.howdah.graph.Surroundings;
import dev.howdah.plan.Plan;
import dev.howdah.store.ExecutionRow;
import dev.howdah.store.ExecutionStatus;
import dev.howdah.store.StepRow;
import dev.howdah.store.StepStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which children a rerun goes on from, as its first rows tell. */
class RerunOfChildrenTest {
  private static final Plan PLAN =
      DesignCatalog.check(
          "test.yaml",
          """
          id: d
          blocks:
            - id: each
              type: split
              data:
                items: ${ . }
                blocks:
                  - {id: sub, type: design, data: {design: other}}
            - {id: caught, type: transform, data: {value: 1}}
            - {id: b, type: design, data: {design: other}}
          connections:
            - {source: each, target: caught, on: error}
            - {source: caught, target: b}
          """,
          new Surroundings(Kinds.installed(), name -> Optional.empty(), id -> true));

  private static final String PARTS = "{\"parts\":[1,2]}";
  private static final Wish GOES_ON =
      new Wish(Optional.empty(), Optional.empty(), Map.of(), Map.of(), "test");

  private static ExecutionRow old(ExecutionStatus status, String error) {
    return new ExecutionRow(
        "e1", null, "d", 1, status, "manual", "test", "[1,2]", null, error, null, null, null, 1, 9L,
        null, 0);
  }

  private static StepRow row(String path, int attempt, StepStatus status, String state) {
    String error =
        status == StepStatus.FAILED ? "{\"code\":\"it.broke\",\"message\":\"broke\"}" : null;
    return new StepRow("e1", path, attempt, status, null, null, state, "default", "n", 1, 1, error);
  }

  private static String child(String execution) {
    return "{\"execution\":\"%s\"}".formatted(execution);
  }

  private static Rerun.Beginning beginning(ExecutionRow old, StepRow... rows) {
    return Rerun.of(PLAN, old, List.of(rows), GOES_ON, "e2", 10);
  }

  private static List<String> told(Rerun.Beginning beginning) {
    return beginning.steps().stream()
        .map(row -> row.path() + "#" + row.attempt() + " " + row.status().label())
        .toList();
  }

  @Test
  void childrenOfAContainerThatHasSettledAreLeftAlone() {
    Rerun.Beginning beginning =
        beginning(
            old(ExecutionStatus.FAILED, "{\"path\":\"b\"}"),
            row("each", 1, StepStatus.FAILED, PARTS),
            row("each[0]/sub", 1, StepStatus.CANCELLED, child("c0")),
            row("each[1]/sub", 1, StepStatus.FAILED, child("c1")),
            row("caught", 1, StepStatus.COMPLETED, null),
            row("b", 1, StepStatus.FAILED, child("c2")));

    assertEquals(
        List.of("b#1 retried", "caught#1 completed", "each#1 failed", "each[1]/sub#1 failed"),
        told(beginning));
    assertEquals(List.of("e1"), beginning.lineage());
  }

  @Test
  void childrenOfAContainerThatGoesOnGoOn() {
    Rerun.Beginning beginning =
        beginning(
            old(ExecutionStatus.CANCELLED, null),
            row("each", 1, StepStatus.CANCELLED, PARTS),
            row("each[0]/sub", 1, StepStatus.CANCELLED, child("c0")),
            row("each[1]/sub", 1, StepStatus.CANCELLED, null));

    assertEquals(List.of("each#1 waiting", "each[0]/sub#1 retried"), told(beginning));
  }

  @Test
  void anAttemptThatGotNoChildGoesOnFromTheOneBefore() {
    Rerun.Beginning beginning =
        beginning(
            old(ExecutionStatus.CANCELLED, null),
            row("each", 1, StepStatus.FAILED, PARTS),
            row("caught", 1, StepStatus.COMPLETED, null),
            row("b", 1, StepStatus.RETRIED, child("c2")),
            row("b", 2, StepStatus.CANCELLED, null));

    assertEquals(List.of("b#1 retried", "caught#1 completed", "each#1 failed"), told(beginning));
    assertEquals(child("c2"), beginning.steps().get(0).state());
  }

  @Test
  void anExecutionThatHasDoneNothingButStartAChildHasNoLineage() {
    Rerun.Beginning beginning =
        beginning(
            old(ExecutionStatus.FAILED, "{\"path\":\"b\"}"),
            row("b", 1, StepStatus.FAILED, child("c2")));

    assertEquals(List.of("b#1 retried"), told(beginning));
    assertEquals(List.of(), beginning.lineage());
  }
}
