package dev.howdah.worker.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionDirectoriesTest {
  private static final Duration KEEP = Duration.ofDays(1);

  @TempDir Path root;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  private ExecutionDirectories directories() {
    return new ExecutionDirectories(root.resolve("files"), now::get);
  }

  private void tick(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  @Test
  void filesOfAnExecutionThatRunsStayHoweverOldTheyAre() throws IOException {
    Path directory = directories().open("e1");
    Files.writeString(directory.resolve("file"), "x");
    tick(Duration.ofDays(100));
    directories().sweepAsEngine(KEEP, (execution, used) -> Optional.empty());
    assertTrue(Files.exists(directory.resolve("file")));
  }

  @Test
  void filesGoATimeAfterTheEnd() throws IOException {
    Path outside = Files.writeString(root.resolve("outside"), "x");
    Path directory = directories().open("e1");
    Files.createDirectories(directory.resolve("in/deep"));
    Files.createSymbolicLink(directory.resolve("in/link"), outside);
    // What is made in it counts as use, at the time of the real clock.
    directories().touch("e1");
    tick(Duration.ofDays(3));
    Instant end = now.get();
    tick(Duration.ofHours(23));
    directories().sweepAsEngine(KEEP, (execution, used) -> Optional.of(end));
    assertTrue(Files.exists(directory));
    tick(Duration.ofHours(2));
    directories().sweepAsEngine(KEEP, (execution, used) -> Optional.of(end));
    assertFalse(Files.exists(directory));
    assertEquals("x", Files.readString(outside));
  }

  @Test
  void whoDoesNotKnowWhenExecutionsEndGoesByTheLastUse() throws IOException {
    Path directory = directories().open("e1");
    tick(Duration.ofHours(20));
    directories().touch("e1");
    tick(Duration.ofHours(20));
    directories().sweepAsWorker(KEEP);
    assertTrue(Files.exists(directory));
    tick(Duration.ofHours(5));
    directories().sweepAsWorker(KEEP);
    assertFalse(Files.exists(directory));
  }

  @Test
  void nobodyElseRemovesWhatAnEngineLooksAfter() {
    directories().sweepAsEngine(KEEP, (execution, used) -> Optional.empty());
    Path directory = directories().open("e1");
    tick(Duration.ofDays(100));
    directories().sweepAsWorker(KEEP);
    assertTrue(Files.exists(directory));
  }
}
