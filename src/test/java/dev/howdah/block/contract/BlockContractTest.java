package dev.howdah.block.contract;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.block.contract.ContractNode.Run;
import dev.howdah.block.contract.Sample.Fails;
import dev.howdah.block.contract.Sample.Hangs;
import dev.howdah.block.contract.Sample.Refused;
import dev.howdah.block.contract.Sample.Works;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Role;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Cancellation;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Blame;
import dev.howdah.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every installed kind of block is held to, in both modes: it works, fails, is tried again,
 * runs out of time, is cancelled, and works elsewhere, as its {@link Sample} says. What takes time
 * is begun for all kinds at once, before the first test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlockContractTest {
  private static final String MARK = "<!>";

  /** What would hang on a route of a user's, which no worker node has. */
  private static final Set<String> NO_ROUTES = Set.of("camel");

  private static final Map<String, Sample> SAMPLES = Samples.byKind();

  @TempDir static Path directory;
  private final Map<String, Run> begun = new TreeMap<>();
  private Neighbours neighbours;
  private ContractNode node;

  static Stream<String> kinds() {
    return Kinds.installed().types().stream();
  }

  static Stream<Arguments> kindsInBothModes() {
    return kinds().flatMap(kind -> Stream.of(Mode.values()).map(mode -> Arguments.of(kind, mode)));
  }

  @BeforeAll
  void start() throws Exception {
    neighbours = new Neighbours(Files.createDirectory(directory.resolve("said")));
    node = new ContractNode(directory, neighbours);
    for (Sample sample : SAMPLES.values()) {
      for (Mode mode : Mode.values()) {
        begin(sample, mode);
      }
    }
  }

  private void begin(Sample sample, Mode mode) throws Exception {
    for (int i = 0; i < sample.works().size(); i++) {
      Works works = sample.works().get(i);
      begin(sample, mode, "works-" + i, works.design(), works.input());
      String name = sample.kind() + "-away-" + i;
      String plan = node.saveRemote(name, mode, works.design(), sample.kind());
      begun.put(name + mode, node.start(plan, works.input()));
    }
    for (int i = 0; i < sample.fails().size(); i++) {
      Fails fails = sample.fails().get(i);
      begin(sample, mode, "fails-" + i, fails.design(), fails.input());
    }
    if (sample.retried() instanceof Case.Is<Works> is) {
      begin(sample, mode, "retried", is.expected().design(), is.expected().input());
    }
    List<Hangs> hangs = hangs(sample.kind());
    for (int i = 0; i < hangs.size(); i++) {
      begin(sample, mode, "late-" + i, late(hangs.get(i)), hangs.get(i).input());
    }
  }

  /** Empty when there is a reason for that. */
  private static List<Hangs> hangs(String kind) {
    Case<List<Hangs>> hangs = SAMPLES.get(kind).hangs();
    if (hangs instanceof Case.Is<List<Hangs>> is) {
      assertFalse(is.expected().isEmpty());
      return is.expected();
    }
    assertSaysWhy(hangs);
    return List.of();
  }

  /** The execution goes on when the block has run out of time, so it is not its end that stops. */
  private static String late(Hangs hangs) {
    String limited = hangs.design().replace("LIMIT", "1s");
    String first = limited.contains("id: first") ? ", {source: first, target: it}" : "";
    return limited
        + "- {id: after, type: wait, data: {}}\n"
        + "connections: [{source: it, target: after, on: error}%s]\n".formatted(first);
  }

  private void begin(Sample sample, Mode mode, String what, String design, String input)
      throws Exception {
    String name = sample.kind() + "-" + what;
    begun.put(name + mode, node.start(node.save(name, mode, design), input));
  }

  private Run begun(String kind, String what, Mode mode) {
    return begun.get(kind + "-" + what + mode);
  }

  @AfterAll
  void stop() throws Exception {
    node.close();
    neighbours.close();
  }

  @Test
  void everyKindHasASample() {
    assertEquals(List.copyOf(Kinds.installed().types()), List.copyOf(SAMPLES.keySet()));
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void itWorksInStepsOfStablePaths(String kind, Mode mode) throws Exception {
    List<Works> all = SAMPLES.get(kind).works();
    assertFalse(all.isEmpty());
    for (int i = 0; i < all.size(); i++) {
      assertWorked(all.get(i), begun(kind, "works-" + i, mode), mode);
    }
  }

  private void assertWorked(Works works, Run run, Mode mode) throws Exception {
    Ending ended = run.ended();
    Ending.Completed completed = assertInstanceOf(Ending.Completed.class, ended, ended::toString);
    assertEquals(Json.read(works.result()), Json.read(completed.result().text()));
    assertSteps(works.steps(), run, mode);
  }

  /** Express executions tell of their steps while they run, and record none. */
  private void assertSteps(List<String> steps, Run run, Mode mode) {
    List<String> expected = steps.stream().sorted().toList();
    assertEquals(expected, run.steps());
    assertEquals(mode == Mode.DURABLE ? expected : List.of(), node.rows(run.id()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsWrongIsToldWhereItStands(String kind) {
    Refused refused = SAMPLES.get(kind).refused();
    String marked = Mode.DURABLE.design("wrong", neighbours.fill(refused.design(), "durable"));
    String before = marked.substring(0, marked.indexOf(MARK));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    InvalidDesignException told =
        assertThrows(
            InvalidDesignException.class,
            () -> node.save("wrong", Mode.DURABLE, refused.design().replace(MARK, "")));
    assertEquals(
        List.of("%s %d:%d".formatted(refused.code(), line, column)),
        told.problems().stream()
            .map(p -> p.code() + " " + p.position().line() + ":" + p.position().column())
            .toList(),
        told::getMessage);
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void whatFailsSaysWhoseFaultItIs(String kind, Mode mode) throws Exception {
    List<Fails> all = SAMPLES.get(kind).fails();
    assertFalse(all.isEmpty());
    for (int i = 0; i < all.size(); i++) {
      Fails fails = all.get(i);
      Run run = begun(kind, "fails-" + i, mode);
      assertFailed(run, fails.code(), fails.blame());
      assertSteps(fails.steps(), run, mode);
    }
  }

  private static void assertFailed(Run run, String code, Blame blame) throws Exception {
    Ending ended = run.ended();
    Ending.Failed failed = assertInstanceOf(Ending.Failed.class, ended, ended::toString);
    assertEquals(code, failed.fault().code(), failed.fault()::message);
    assertEquals(blame, failed.fault().blame());
    assertEquals("it", failed.path());
  }

  @Test
  void pureBlocksAreStoppedWhenTheyComputeWithoutEnd() {
    List<String> bounded =
        SAMPLES.values().stream()
            .filter(sample -> sample.fails().stream().anyMatch(f -> f.code().endsWith(".too-long")))
            .map(Sample::kind)
            .toList();
    List<String> pure =
        Kinds.installed().all().stream()
            .filter(kind -> kind.role() == Role.PURE)
            .map(kind -> kind.type())
            .toList();
    assertEquals(pure, bounded);
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void whatMayPassIsTriedAgain(String kind, Mode mode) throws Exception {
    Case<Works> retried = SAMPLES.get(kind).retried();
    if (retried instanceof Case.Is<Works> is) {
      assertWorked(is.expected(), begun(kind, "retried", mode), mode);
    } else {
      assertSaysWhy(retried);
    }
  }

  private static void assertSaysWhy(Case<?> none) {
    assertFalse(assertInstanceOf(Case.Cannot.class, none).reason().isBlank());
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void itsTimeoutEndsItAndWhatItCalled(String kind, Mode mode) throws Exception {
    List<Hangs> hangs = hangs(kind);
    for (int i = 0; i < hangs.size(); i++) {
      assertTimedOut(hangs.get(i), begun(kind, "late-" + i, mode));
    }
  }

  private void assertTimedOut(Hangs hangs, Run run) throws Exception {
    await().until(() -> run.steps().contains("after waiting"));
    JsonNode error = run.error("it");
    assertEquals(hangs.code(), error.path("code").asText(), error::toString);
    assertEquals(hangs.blame().label(), error.path("blame").asText());
    Outside outside = hangs.outside();
    await()
        .until(
            () -> outside.hasStopped(neighbours, run.id()) || !outside.works(neighbours, run.id()));
    assertFalse(run.ending().isDone());
    cancel(run);
    assertNothingWaits(run);
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void aCancelEndsItAndWhatItCalled(String kind, Mode mode) throws Exception {
    List<Hangs> hangs = hangs(kind);
    for (int i = 0; i < hangs.size(); i++) {
      String plan = node.save(kind + "-cancelled-" + i, mode, unlimited(hangs.get(i)));
      assertIsCancelled(plan, hangs.get(i));
    }
  }

  private static String unlimited(Hangs hangs) {
    return hangs.design().replace("LIMIT", "10m");
  }

  private void assertIsCancelled(String plan, Hangs hangs) throws Exception {
    Outside outside = hangs.outside();
    Run run = node.start(plan, hangs.input());
    await()
        .until(
            () ->
                outside.works(neighbours, run.id())
                    && !node.engine().waitingFor(run.id()).get(10, TimeUnit.SECONDS).isEmpty());
    assertFalse(outside.canBeStopped() && outside.hasStopped(neighbours, run.id()));
    cancel(run);
    await().until(() -> outside.hasStopped(neighbours, run.id()));
    assertNothingWaits(run);
  }

  private void cancel(Run run) throws Exception {
    assertEquals(
        Cancellation.CANCELLED,
        node.engine().cancel(run.id(), "enough", false).get(10, TimeUnit.SECONDS));
    assertEquals(new Ending.Cancelled("enough"), run.ended());
  }

  private void assertNothingWaits(Run run) {
    assertEquals(List.of(), run.steps().stream().filter(s -> s.endsWith(" waiting")).toList());
    assertEquals(
        List.of(), node.rows(run.id()).stream().filter(s -> s.endsWith(" waiting")).toList());
  }

  @ParameterizedTest
  @MethodSource("kindsInBothModes")
  void itWorksInTheGroupOfAnotherNode(String kind, Mode mode) throws Exception {
    List<Works> all = SAMPLES.get(kind).works();
    for (int i = 0; i < all.size(); i++) {
      Run run = begun(kind, "away-" + i, mode);
      assertWorked(all.get(i), run, mode);
      assertTrue(run.nodes().contains(node.workerName()), run.nodes()::toString);
    }
  }

  static Stream<Arguments> effectfulKindsInBothModes() {
    return Kinds.installed().all().stream()
        .filter(kind -> kind.role() == Role.EFFECTFUL)
        .filter(kind -> !NO_ROUTES.contains(kind.type()))
        .flatMap(kind -> Stream.of(Mode.values()).map(mode -> Arguments.of(kind.type(), mode)));
  }

  @ParameterizedTest
  @MethodSource("effectfulKindsInBothModes")
  void aCancelStopsWhatItCalledOnAnotherNode(String kind, Mode mode) throws Exception {
    List<Hangs> hangs = hangs(kind);
    for (int i = 0; i < hangs.size(); i++) {
      String name = kind + "-recalled-" + i;
      String plan = node.saveRemote(name, mode, unlimited(hangs.get(i)), kind);
      assertIsCancelled(plan, hangs.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSiblingOfWhatFailsIsStoppedOnAnotherNode(Mode mode) throws Exception {
    String design =
        """
        - id: it
          type: parallel
          data:
            agents:
              - {id: held, type: http, group: remote, url: "SERVICE/held/${ $execution.id }", body: 1}
              - {id: gate, type: wait, timeout: 10m, promise: "gate-${ $execution.id }"}
        - {id: after, type: wait, data: {}}
        connections: [{source: it, target: after, on: error}]
        """;
    Run run = node.start(node.save("siblings", mode, design), "1");
    await().until(() -> neighbours.isHeld(run.id()));
    await().until(() -> node.reject("gate-" + run.id()));
    await().until(() -> neighbours.hasHungUp(run.id()));
    assertFalse(run.ending().isDone());
    cancel(run);
  }
}
