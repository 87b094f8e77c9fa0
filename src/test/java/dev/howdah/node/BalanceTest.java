package dev.howdah.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.config.Settings;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.json.Value;
import dev.howdah.store.StepRow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A balance over real worker nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BalanceTest {
  @TempDir static Path directory;
  private EngineNode engine;
  private final List<WorkerNode> workers = new ArrayList<>();

  @BeforeAll
  void startEngine() {
    engine =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data", directory.resolve("engine").toString(),
                    "howdah.http.port", "0",
                    "howdah.groups", "",
                    "howdah.broker.port", "0",
                    "howdah.routes", directory.resolve("routes").toString())),
            InstantSource.system(),
            false,
            fault -> {});
  }

  @AfterAll
  void stopEngine() {
    engine.close();
  }

  @AfterEach
  void stopWorkers() {
    workers.forEach(WorkerNode::close);
    workers.clear();
  }

  private WorkerNode worker(String group, String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("howdah.kafka.bootstrap-servers", engine.bootstrapServers());
    settings.put("howdah.data", directory.resolve(group + name).toString());
    settings.put("howdah.exec.allow", "sleep");
    WorkerNode worker =
        WorkerNode.start(
            Settings.of(settings),
            group,
            OptionalInt.empty(),
            InstantSource.system(),
            fault -> {
              throw fault.toException();
            });
    workers.add(worker);
    return worker;
  }

  private String save(String group, String balance, String sleep) {
    return engine
        .catalog()
        .save(
            "test.yaml",
            """
            id: %s
            name: Balanced
            blocks:
              - id: spread
                type: balance
                retry: {maxAttempts: 1}
                data:
                  %s
                  block:
                    id: work
                    type: exec
                    group: %s
                    retry: {maxAttempts: 1}
                    data: {command: [sleep, "%s"], stdout: text}
            """
                .formatted(group, balance, group, sleep),
            name -> Optional.empty(),
            true)
        .plan();
  }

  private record Started(String id, CompletableFuture<Ending> ending) {}

  private Started start(String plan, String input) throws Exception {
    String id = engine.engine().nextId();
    CompletableFuture<Ending> ending = engine.engine().endingOfNew(id);
    engine
        .engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.ofText(input), "manual", "test", Optional.empty()),
            id)
        .get(10, TimeUnit.SECONDS);
    return new Started(id, ending);
  }

  /** Who did the work, and how often, when so many are started at once. */
  private Map<String, Integer> spread(String plan, int count, String input) throws Exception {
    List<Started> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(start(plan, input));
    }
    Map<String, Integer> spread = new TreeMap<>();
    for (Started one : all) {
      assertInstanceOf(Ending.Completed.class, one.ending().get(60, TimeUnit.SECONDS));
      engine.store().executions().steps(one.id()).stream()
          .filter(step -> step.path().equals("spread/work"))
          .map(StepRow::node)
          .forEach(node -> spread.merge(node, 1, Integer::sum));
    }
    return spread;
  }

  private void awaitMembers(String group, int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> engine.groupLoad(group).filter(l -> l.members() == count).isPresent());
  }

  @Test
  void theLeastLoadedWorkersShareTheWorkEvenly() throws Exception {
    WorkerNode one = worker("least", "one");
    WorkerNode other = worker("least", "other");
    String plan = save("least", "strategy: least-in-flight", "0.5");
    awaitMembers("least", 2);
    // Partitions go over to the second one in steps, and the engine looks once a second.
    await()
        .during(Duration.ofSeconds(4))
        .atMost(Duration.ofSeconds(60))
        .until(() -> spread(plan, 2, "1").size() == 2);
    assertEquals(Map.of(one.name(), 4, other.name(), 4), spread(plan, 8, "1"));
  }

  @Test
  void aKeyStaysWithItsWorkerAndGoesToAnotherWhenThatLeaves() throws Exception {
    Map<String, WorkerNode> byName = new TreeMap<>();
    for (String name : List.of("one", "other")) {
      WorkerNode worker = worker("sticky", name);
      byName.put(worker.name(), worker);
    }
    String plan = save("sticky", "strategy: sticky\n      key: ${ .customer }", "0");
    awaitMembers("sticky", 2);
    // Until the engine has seen who reads what, a stage may come to who took over a part.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<String> first = workersOfKeys(plan);
              return Set.copyOf(first).size() == 2 && first.equals(workersOfKeys(plan));
            });

    Map<String, Integer> before = spread(plan, 6, "{\"customer\": 7}");
    assertEquals(1, before.size(), before.toString());

    String stuckTo = before.keySet().iterator().next();
    byName.get(stuckTo).close();
    Map<String, Integer> after = spread(plan, 6, "{\"customer\": 7}");
    assertEquals(6, after.values().stream().mapToInt(i -> i).sum());
    assertTrue(!after.containsKey(stuckTo), after.toString());
  }

  private List<String> workersOfKeys(String plan) throws Exception {
    List<String> workers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      workers.addAll(spread(plan, 1, "{\"customer\": " + i + "}").keySet());
    }
    return workers;
  }

  @Test
  void whatNoWorkerIsThereForSaysSoAndGoesOnWhenOneJoins() throws Exception {
    String plan = save("nobody", "strategy: random", "0");
    Started started = start(plan, "1");
    await()
        .until(
            () ->
                engine.engine().waitingFor(started.id()).get().stream()
                    .anyMatch(
                        w ->
                            w.path().equals("spread/work")
                                && w.reason() == Waiting.Reason.GROUP
                                && w.group().equals("nobody")));
    worker("nobody", "late");
    assertInstanceOf(Ending.Completed.class, started.ending().get(60, TimeUnit.SECONDS));
  }

  @Test
  void fewerWorkersThanItNeedsFailIt() throws Exception {
    String plan = save("few", "minWorkers: 1", "0");
    Ending ending = start(plan, "1").ending().get(30, TimeUnit.SECONDS);
    Ending.Failed failed = assertInstanceOf(Ending.Failed.class, ending);
    assertEquals("balance.too-few-workers", failed.fault().code());

    worker("few", "one");
    awaitMembers("few", 1);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> start(plan, "1").ending().get(30, TimeUnit.SECONDS) instanceof Ending.Completed);
  }
}
