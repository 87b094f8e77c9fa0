package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.allowing;
import static dev.howdah.worker.exec.Runs.caller;
import static dev.howdah.worker.exec.Runs.shell;
import static dev.howdah.worker.exec.Runs.text;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of processes that are killed, which programs on Linux survive. */
class LeftoversTest {
  /** Of the three, the last two lose their parent. */
  private static final String FAMILY =
      """
      echo $$ > $DATA/first
      (sleep 300 & echo $! > $DATA/second; exec sh -c 'echo $$ > $DATA/third; sleep 300')
      """;

  @TempDir Path root;
  private ExecCaller caller;
  private Victim victim;

  @BeforeEach
  void run() throws Exception {
    caller = caller(root, allowing("sh"));
    victim = Victim.start(root, Optional.empty(), FAMILY, Map.of());
    await().until(() -> Stream.of("first", "second", "third").allMatch(this::hasBegun));
  }

  @AfterEach
  void close() throws Exception {
    victim.kill();
    caller.endLeftovers();
    caller.close();
  }

  private boolean hasBegun(String name) {
    Path file = file(name);
    return Files.exists(file) && file.toFile().length() > 0;
  }

  private Path file(String name) {
    return root.resolve(Runs.EXECUTION).resolve(name);
  }

  private boolean runs(String name) throws Exception {
    long id = Long.parseLong(Files.readString(file(name)).strip());
    return ProcessHandle.of(id).filter(ProcessTree::isAlive).isPresent();
  }

  private long ledgers() throws Exception {
    try (Stream<Path> all = Files.list(root.resolve(Runs.LEDGERS))) {
      return all.count();
    }
  }

  @Test
  void whatAKilledProcessHasLeftEndsBeforeTheNextRunBegins() throws Exception {
    victim.kill();
    for (String name : List.of("first", "second", "third")) {
      assertTrue(runs(name), name);
    }
    text(caller.call(shell("true")));
    for (String name : List.of("first", "second", "third")) {
      assertFalse(runs(name), name);
    }
    caller.close();
    assertEquals(0, ledgers());
  }

  @Test
  void itEndsAlsoWhenNothingElseIsRun() throws Exception {
    victim.kill();
    caller.endLeftovers();
    assertFalse(runs("first"));
    assertFalse(runs("second"));
    assertFalse(runs("third"));
    assertEquals(0, ledgers());
  }

  @Test
  void whatAProcessThatLivesRunsGoesOn() throws Exception {
    text(caller.call(shell("true")));
    caller.endLeftovers();
    assertTrue(runs("first"));
    assertTrue(runs("second"));
    assertTrue(runs("third"));
    assertEquals(2, ledgers());
  }
}
