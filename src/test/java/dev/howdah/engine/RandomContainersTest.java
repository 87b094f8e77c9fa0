package dev.howdah.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.NoServices;
import dev.howdah.engine.InMemoryEngine.Mishaps;
import dev.howdah.engine.NestRun.Came;
import dev.howdah.engine.flow.ContainerRow;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.RecordedStep;
import dev.howdah.json.Json;
import dev.howdah.plan.Plan;
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
 * Blocks inside splits, loops, parallels and tries, in one another at random, come to what plain
 * recursion says, each once, whatever the order, the repetitions and the crashes on the way. Set
 * {@code howdah.test.seed} to repeat a run, and {@code howdah.test.nests} for more of them.
 */
class RandomContainersTest {
  private static final int NESTS = Integer.getInteger("howdah.test.nests", 500);

  /** Designs on one Camel context, which takes long to start, before it makes way for another. */
  private static final int PER_ENGINE = 250;

  /** Few, because Camel looks through all that is loaded to unload one. */
  private static final int MOST_LOADED = 4;

  private static final int THREADS = 2;

  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger undone = new AtomicInteger();
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger restores = new AtomicInteger();
  private final AtomicInteger duplicates = new AtomicInteger();
  private final AtomicInteger ambiguous = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger undoneOfCancelled = new AtomicInteger();

  private static Kinds kinds() {
    List<BlockKind<?>> kinds = new ArrayList<>(Kinds.installed().all());
    kinds.add(new FlakyBlock());
    return Kinds.of(kinds);
  }

  @Test
  void comeToWhatPlainRecursionSays() throws Exception {
    long seed = Long.getLong("howdah.test.seed", new Random().nextLong());
    System.out.println("RandomContainersTest: -Dhowdah.test.seed=" + seed);
    Random random = new Random(seed);
    List<Long> seeds = new ArrayList<>(List.of(seed));
    while (seeds.size() < NESTS) {
      seeds.add(random.nextLong());
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> parts = new ArrayList<>();
      for (int from = 0; from < NESTS; from += PER_ENGINE) {
        List<Long> part = seeds.subList(from, Math.min(NESTS, from + PER_ENGINE));
        parts.add(() -> check(part));
      }
      for (Future<Void> part : threads.invokeAll(parts)) {
        part.get();
      }
    } finally {
      threads.shutdownNow();
    }
    System.out.printf(
        "RandomContainersTest: %d designs, %s steps, %s rounds, %s undone, %s handled, %s failed,"
            + " %s restores, %s duplicates, %s ambiguous, %s cancelled, %s undone then%n",
        NESTS,
        steps,
        rounds,
        undone,
        handled,
        failed,
        restores,
        duplicates,
        ambiguous,
        cancelled,
        undoneOfCancelled);
    if (NESTS >= 300) {
      assertTrue(failed.get() > NESTS / 20 && failed.get() < NESTS / 2, "some fail, not most");
      assertTrue(
          undone.get() > NESTS / 20 && handled.get() > NESTS / 20, "faults are undone and handled");
      assertTrue(rounds.get() > NESTS && steps.get() > NESTS * 2, "there is something inside");
      assertTrue(restores.get() > NESTS / 2 && duplicates.get() > NESTS / 2, "mishaps happen");
      assertTrue(ambiguous.get() < NESTS / 10, "most can be foreseen");
      assertTrue(
          cancelled.get() > NESTS / 5 && undoneOfCancelled.get() > NESTS / 20,
          "cancels come in the middle of things");
    }
  }

  private Void check(List<Long> seeds) {
    Kinds kinds = kinds();
    try (InMemoryEngine engine = new InMemoryEngine(kinds, NoServices::at, MOST_LOADED)) {
      for (int i = 0; i < seeds.size(); i++) {
        check(engine, kinds, i, seeds.get(i));
      }
    }
    return null;
  }

  private void check(InMemoryEngine engine, Kinds kinds, int number, long seed) {
    Random random = new Random(seed);
    Nest nest = new Nest(random);
    String document = Json.write(nest.design("nest-" + number));
    JsonNode input = JsonNodeFactory.instance.numberNode(random.nextInt(1000));
    try {
      Plan plan = TestDesigns.plan(document, kinds, name -> Optional.empty());
      NestRun run = NestRun.outermost();
      Came expected = run.chain(nest.boxes, input);
      Mishaps mishaps =
          random.nextInt(4) == 0
              ? new Mishaps(random, 0, 0)
              : new Mishaps(random, 0.2, random.nextInt(2) * 0.2);
      InMemoryEngine.Outcome outcome = engine.run(plan, input, mishaps);
      restores.addAndGet(outcome.restores());
      duplicates.addAndGet(outcome.duplicates());
      undone.addAndGet(run.story.undone);
      handled.addAndGet(run.story.handled);
      rounds.addAndGet(run.story.rounds);
      if (!expected.isFailed() && outcome.ending() instanceof Ending.Completed) {
        compareSteps(run.story, outcome.rows());
      }
      compare(expected, run.failedAt, outcome.ending());
      InMemoryEngine.Outcome cut =
          engine.cancelled(
              plan,
              input,
              mishaps,
              1 + random.nextInt(Math.max(2, outcome.rows().steps().size() * 2)));
      if (cut.ending() instanceof Ending.Cancelled) {
        cancelled.incrementAndGet();
        checkUndone(nest.boxes, cut.rows());
      }
    } catch (NestRun.Ambiguous e) {
      ambiguous.incrementAndGet();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "%s%n-Dhowdah.test.seed=%d -Dhowdah.test.nests=1%ninput %s%n%s"
              .formatted(e, seed, input, document.replace(Sketch.NUMBER.replace("\"", "\\\""), "")),
          e);
    }
  }

  /** What a try has done that was cut off is undone, and its last blocks have run. */
  private void checkUndone(List<? extends NestBox> boxes, Rows rows) {
    for (NestBox box : boxes) {
      if (box instanceof NestBox.Try saga) {
        for (RecordedStep step : rows.steps()) {
          if (isOf(step, saga.id()) && isCutOff(step)) {
            checkUndone(saga, step.path() + "/", rows);
          }
        }
        checkUndone(saga.body(), rows);
        saga.handlers().forEach(handler -> checkUndone(handler.body(), rows));
        checkUndone(saga.last(), rows);
      } else if (box instanceof NestBox.Split split) {
        checkUndone(split.body(), rows);
      } else if (box instanceof NestBox.Loop loop) {
        checkUndone(loop.body(), rows);
      }
    }
  }

  private static boolean isOf(RecordedStep step, String block) {
    return step.path().endsWith("/" + block) || step.path().equals(block);
  }

  private static boolean isCutOff(RecordedStep step) {
    return step.state().filter(ContainerRow::isInterrupted).isPresent()
        && step.status() != StepStatus.COMPLETED;
  }

  private void checkUndone(NestBox.Try saga, String inside, Rows rows) {
    if (!saga.last().isEmpty()) {
      assertRan(inside + saga.last().get(0).id(), rows);
    }
    if (saga.body().stream().noneMatch(box -> wasStopped(inside + box.id(), rows))) {
      // Only its last blocks were left to run.
      return;
    }
    for (RecordedStep step : rows.steps()) {
      if (step.path().startsWith(inside) && step.status() == StepStatus.COMPLETED) {
        NestBox.Leaf by = saga.compensations().get(step.path().substring(inside.length()));
        if (by != null) {
          assertRan(inside + by.id(), rows);
          undoneOfCancelled.incrementAndGet();
        }
      }
    }
  }

  private static boolean wasStopped(String path, Rows rows) {
    return rows.steps().stream()
        .filter(step -> step.path().equals(path))
        .anyMatch(
            step -> step.status() == StepStatus.CANCELLED || step.status() == StepStatus.FAILED);
  }

  private static void assertRan(String path, Rows rows) {
    assertTrue(
        rows.steps().stream()
            .filter(step -> step.path().equals(path))
            .anyMatch(
                step ->
                    List.of(StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED)
                        .contains(step.status())),
        () -> path + " has not run: " + rows);
  }

  private void compare(Came expected, String failedAt, Ending ending) {
    if (!expected.isFailed()) {
      assertEquals(
          Json.write(expected.output()),
          ending instanceof Ending.Completed completed
              ? completed.result().text()
              : ending.toString());
      return;
    }
    failed.incrementAndGet();
    assertTrue(
        ending instanceof Ending.Failed how
            && how.path().equals(failedAt)
            && expected.codes().contains(how.fault().code()),
        () -> ending + " where " + failedAt + " fails with one of " + expected.codes());
  }

  /** Every block in every round came to what it should, once. */
  private void compareSteps(NestRun.Story story, Rows rows) {
    Map<String, RecordedStep> settled = new HashMap<>();
    for (RecordedStep row : rows.steps()) {
      if (row.status() != StepStatus.RETRIED) {
        RecordedStep other = settled.put(row.path(), row);
        assertEquals(null, other, () -> row.path() + " has settled twice");
      }
    }
    story.all.forEach(
        (path, came) -> {
          RecordedStep row = settled.remove(path);
          steps.incrementAndGet();
          if (story.isCut(path)) {
            return;
          }
          if (came.isDone()) {
            assertTrue(row != null, () -> path + " has no step");
            assertEquals(StepStatus.COMPLETED, row.status(), path);
            assertEquals(Json.write(came.output()), row.output().orElseThrow().text(), () -> path);
          } else if (came.isFailed()) {
            assertTrue(row != null, () -> path + " has no step");
            assertEquals(StepStatus.FAILED, row.status(), path);
          } else {
            assertTrue(row == null || row.status() == StepStatus.SKIPPED, path + " is skipped");
          }
        });
    // What a fault has cut short is undone, from wherever it was.
    settled.keySet().removeIf(story::isCut);
    assertEquals(Set.of(), settled.keySet(), "what nobody expected to run");
  }
}
