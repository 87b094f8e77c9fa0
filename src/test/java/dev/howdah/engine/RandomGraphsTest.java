package dev.howdah.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.NoServices;
import dev.howdah.engine.Evaluator.Came;
import dev.howdah.engine.Evaluator.State;
import dev.howdah.engine.InMemoryEngine.Mishaps;
import dev.howdah.engine.Sketch.Box;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.RecordedStep;
import dev.howdah.graph.Graph;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
import dev.howdah.plan.RouteWriter;
import dev.howdah.store.StepStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Random designs come to what plain recursion says, whatever the order, the repetitions and the
 * crashes on the way, and every connection gets one token on that way. Set {@code howdah.test.seed}
 * to repeat a run, and {@code howdah.test.graphs} for more of them.
 */
class RandomGraphsTest {
  private static final int GRAPHS = Integer.getInteger("howdah.test.graphs", 3_000);

  /** Designs on one Camel context, which takes long to start, before it makes way for another. */
  private static final int PER_ENGINE = 250;

  /** Few, because Camel looks through all that is loaded to unload one. */
  private static final int MOST_LOADED = 4;

  private static final int THREADS = 2;

  private static final Kinds KINDS = kinds();
  private static final Plan CHILD_WORKS =
      TestDesigns.plan(
          """
          id: child-works
          blocks:
          - {id: only, type: transform, data: {value: "${ (. + 1) % 1000003 }"}}
          """);
  private static final Plan CHILD_FAILS =
      TestDesigns.plan(
          """
          id: child-fails
          blocks:
          - {id: only, type: transform, data: {value: "${ error(\\"child\\") }"}}
          """);

  private static Kinds kinds() {
    List<BlockKind<?>> kinds = new ArrayList<>(Kinds.installed().all());
    kinds.add(new FlakyBlock());
    return Kinds.of(kinds);
  }

  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger caught = new AtomicInteger();
  private final AtomicInteger joins = new AtomicInteger();
  private final AtomicInteger restores = new AtomicInteger();
  private final AtomicInteger duplicates = new AtomicInteger();
  private final AtomicInteger blocks = new AtomicInteger();
  private final AtomicInteger items = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();

  @Test
  void comeToWhatPlainRecursionSays() throws Exception {
    long seed = Long.getLong("howdah.test.seed", new Random().nextLong());
    System.out.println("RandomGraphsTest: -Dhowdah.test.seed=" + seed);
    Random random = new Random(seed);
    List<Long> seeds = new ArrayList<>(List.of(seed));
    while (seeds.size() < GRAPHS) {
      seeds.add(random.nextLong());
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> parts = new ArrayList<>();
      for (int from = 0; from < GRAPHS; from += PER_ENGINE) {
        List<Long> part = seeds.subList(from, Math.min(GRAPHS, from + PER_ENGINE));
        parts.add(() -> check(part));
      }
      for (Future<Void> part : threads.invokeAll(parts)) {
        part.get();
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.printf(
        "RandomGraphsTest: %d graphs, %s blocks, %s joins, %s items, %s failed, %s caught,"
            + " %s restores, %s duplicates, %s tokens%n",
        GRAPHS, blocks, joins, items, failed, caught, restores, duplicates, tokens);
    if (GRAPHS >= 1_000) {
      assertTrue(failed.get() > GRAPHS / 20 && failed.get() < GRAPHS / 2, "some fail, not most");
      assertTrue(caught.get() > GRAPHS / 100, "faults are caught");
      assertTrue(joins.get() > GRAPHS / 4, "blocks join");
      assertTrue(tokens.get() > GRAPHS * 2, "connections get tokens");
      assertTrue(restores.get() > GRAPHS / 4 && duplicates.get() > GRAPHS / 4, "mishaps happen");
    }
  }

  private Void check(List<Long> seeds) {
    try (InMemoryEngine engine = new InMemoryEngine(KINDS, NoServices::at, MOST_LOADED)) {
      engine.deploy(CHILD_WORKS);
      engine.deploy(CHILD_FAILS);
      for (int i = 0; i < seeds.size(); i++) {
        check(engine, i, seeds.get(i));
      }
    }
    return null;
  }

  private void check(InMemoryEngine engine, int number, long seed) {
    Random random = new Random(seed);
    Sketch sketch = new Sketch(random);
    String document = Json.write(sketch.design("random-" + number));
    Plan plan = null;
    try {
      plan = TestDesigns.plan(document, KINDS, name -> Optional.empty());
      JsonNode input = JsonNodeFactory.instance.numberNode(random.nextInt(1000));
      Evaluator evaluator = new Evaluator(input);
      Evaluator.Run expected = evaluator.evaluate(sketch, oneEnds(sketch.boxes, plan.graph()));
      Mishaps mishaps =
          random.nextInt(3) == 0
              ? new Mishaps(random, 0, 0)
              : new Mishaps(random, 0.2, random.nextInt(2) * 0.2);
      InMemoryEngine.Outcome outcome = engine.run(plan, input, mishaps);
      restores.addAndGet(outcome.restores());
      duplicates.addAndGet(outcome.duplicates());
      tokens.addAndGet(outcome.tokens());
      compare(plan, expected, outcome);
      if (outcome.ending() instanceof Ending.Completed) {
        compareSteps(sketch.boxes, evaluator.all, outcome.rows());
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "%s%n-Dhowdah.test.seed=%d -Dhowdah.test.graphs=1%n%s%n%s"
              .formatted(
                  e,
                  seed,
                  document.replace(Sketch.NUMBER.replace("\"", "\\\""), ""),
                  plan == null ? "" : RouteWriter.write(plan).replace(Sketch.NUMBER, "")),
          e);
    }
  }

  private void compare(Plan plan, Evaluator.Run expected, InMemoryEngine.Outcome outcome) {
    Map<String, Set<String>> failures = expected.failures();
    if (failures.isEmpty()) {
      assertEquals(
          Json.write(
              Sketch.withoutFaults(Evaluator.result(expected.ends(), plan.graph().hasOneEnd()))),
          outcome.ending() instanceof Ending.Completed completed
              ? Json.write(Sketch.withoutFaults(completed.result().node()))
              : outcome.ending().toString());
      return;
    }
    failed.incrementAndGet();
    assertTrue(
        outcome.ending() instanceof Ending.Failed how
            && failures.containsKey(how.path())
            && failures.get(how.path()).contains(how.fault().code()),
        () -> outcome.ending() + " where one of these was expected: " + failures);
  }

  /** Every block of every item came to what it should, once. */
  private void compareSteps(List<Box> boxes, Map<String, Came> expected, Rows rows) {
    Map<String, RecordedStep> settled = new HashMap<>();
    for (RecordedStep row : rows.steps()) {
      if (row.status() != StepStatus.RETRIED) {
        RecordedStep other = settled.put(row.path(), row);
        assertEquals(null, other, () -> row.path() + " has settled twice");
      }
    }
    expected.forEach(
        (path, came) -> {
          RecordedStep row = settled.remove(path);
          blocks.incrementAndGet();
          items.addAndGet(path.contains("]") ? 1 : 0);
          if (isCutShort(path, expected)) {
            return;
          }
          switch (came.state()) {
            case DONE -> {
              assertEquals(StepStatus.COMPLETED, row.status(), path);
              JsonNode output = row.output().orElseThrow().node();
              assertEquals(
                  Json.write(Sketch.withoutFaults(came.output())),
                  Json.write(Sketch.withoutFaults(output)),
                  path);
            }
            case SKIPPED ->
                assertTrue(row == null || row.status() == StepStatus.SKIPPED, path + " is skipped");
            case CAUGHT, FAILED -> {
              caught.incrementAndGet();
              assertEquals(StepStatus.FAILED, row.status(), path);
            }
            case NEVER -> throw new AssertionError(path + " is behind a failed block");
          }
        });
    assertEquals(Set.of(), settled.keySet(), "what nobody expected to run");
    joins.addAndGet((int) boxes.stream().filter(b -> b.in.size() > 1).count());
  }

  /** Whether it is inside a split that failed, where the other items may or may not have run. */
  private static boolean isCutShort(String path, Map<String, Came> expected) {
    for (int at = path.indexOf('['); at >= 0; at = path.indexOf('[', at + 1)) {
      if (expected.get(path.substring(0, at)).state() != State.DONE) {
        return true;
      }
    }
    return false;
  }

  private static Map<Box, Boolean> oneEnds(List<Box> boxes, Graph graph) {
    Map<Box, Boolean> found = new HashMap<>();
    for (Box box : boxes) {
      if (box.body != null) {
        Graph body = graph.find(box.id).orElseThrow().bodies().get("");
        found.put(box, body.hasOneEnd());
        found.putAll(oneEnds(box.body, body));
      }
    }
    return found;
  }
}
