package dev.howdah.worker.exec;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
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

  private Path file(String name, String content) throws IOException {
    Path file = root.resolve("files").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(path -> directory.relativize(path).toString()).sorted().toList();
    }
  }

  @Test
  void aDirectoryBeginsAsACopyOfTheNearestThatIsThere() throws IOException {
    file("e1/made", "by e1");
    file("e2/made", "by e2");
    Path copy = directories().open("e4", List.of("e3", "e2", "e1"));
    assertEquals("by e2", Files.readString(copy.resolve("made")));
    assertEquals(List.of("", "made"), names(copy));
    assertEquals(List.of("e1", "e1/made", "e2", "e2/made", "e4", "e4/made"), all());
  }

  private List<String> all() throws IOException {
    return names(root.resolve("files")).stream().filter(name -> !name.isEmpty()).toList();
  }

  @Test
  void aDirectoryIsNotCopiedTwice() throws IOException {
    file("e1/made", "by e1");
    Path copy = directories().open("e2", List.of("e1"));
    Files.delete(copy.resolve("made"));
    directories().open("e2", List.of("e1"));
    assertEquals(List.of(""), names(copy));
    assertEquals(List.of(""), names(directories().open("e3", List.of("e2", "e1"))));
    assertEquals(List.of(""), names(directories().open("e4", List.of())));
  }

  @Test
  void aCopyIsLikeWhatItIsACopyOfAndChangesNothingThere() throws IOException {
    Path made = file("e1/in/made", "x");
    Path first = root.resolve("files/e1");
    FileTime before = FileTime.from(Instant.parse("2025-03-04T05:06:07Z"));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r-x------"));
    Files.setLastModifiedTime(made, before);
    Files.createDirectory(first.resolve("empty"));
    Files.createSymbolicLink(first.resolve("near"), Path.of("in/made"));
    Files.createSymbolicLink(first.resolve("inside"), first.resolve("in"));
    Files.createSymbolicLink(first.resolve("outside"), root);
    Files.setPosixFilePermissions(
        first.resolve("in"), PosixFilePermissions.fromString("r-xr-xr-x"));
    FileTime used = Files.getLastModifiedTime(first);

    Path copy = directories().open("e2", List.of("e1"));

    assertEquals(names(first), names(copy));
    assertEquals(
        "r-x------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("in/made"))));
    assertEquals(before, Files.getLastModifiedTime(copy.resolve("in/made")));
    assertEquals(Path.of("in/made"), Files.readSymbolicLink(copy.resolve("near")));
    assertEquals(copy.resolve("in"), Files.readSymbolicLink(copy.resolve("inside")));
    assertEquals(root, Files.readSymbolicLink(copy.resolve("outside")));
    assertEquals("r-xr-xr-x", permissions(copy.resolve("in")));
    Files.writeString(copy.resolve("more"), "y");
    assertFalse(Files.exists(first.resolve("more")));
    assertEquals(used, Files.getLastModifiedTime(first));
    for (Path directory : List.of(first, copy)) {
      Files.setPosixFilePermissions(
          directory.resolve("in"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void ofManyThatCopyAtOnceOneWinsAndNobodySeesHalfACopy() throws Exception {
    for (int i = 0; i < 200; i++) {
      file("e1/file" + i, "x");
    }
    int many = 8;
    ExecutorService threads = Executors.newFixedThreadPool(many);
    CyclicBarrier together = new CyclicBarrier(many);
    List<Future<Object>> opened = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      // Each with an object of its own, as each process has.
      ExecutionDirectories own = directories();
      opened.add(
          threads.submit(
              () -> {
                together.await();
                Path directory = own.open("e2", List.of("e1"));
                assertEquals(201, names(directory).size());
                return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
              }));
    }
    Set<Object> seen = new HashSet<>();
    for (Future<Object> one : opened) {
      seen.add(one.get());
    }
    threads.shutdown();
    assertEquals(1, seen.size());
    assertEquals(0, all().stream().filter(name -> name.startsWith(".")).count());
  }

  @Test
  void whatAKilledProcessHasCopiedInPartIsNotUsedAndGoesSomeDay() throws Exception {
    int many = 10_000;
    for (int i = 0; i < many; i++) {
      file("e1/file" + i, "x");
    }
    Path target = root.resolve("files/e2");
    Process process = CopyUntilKilled.start(root.resolve("files"), "e2", "e1");
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> hidden() > 0 || !process.isAlive());
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    assertFalse(Files.exists(target));
    assertEquals(1, hidden());

    Path copy = directories().open("e2", List.of("e1"));
    assertEquals(many + 1, names(copy).size());

    ExecutionDirectories.LastNeeded running = (execution, used) -> Optional.empty();
    now.set(Instant.now().plus(Duration.ofHours(23)));
    directories().sweepAsEngine(Duration.ofMinutes(1), running);
    assertEquals(1, hidden());
    tick(Duration.ofHours(2));
    directories().sweepAsEngine(Duration.ofMinutes(1), running);
    assertEquals(0, hidden());
    assertEquals(many + 1, names(copy).size());
  }

  private long hidden() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve("files"))) {
      return all.filter(Files::isDirectory)
          .filter(path -> path.getFileName().toString().startsWith("."))
          .count();
    }
  }
}
