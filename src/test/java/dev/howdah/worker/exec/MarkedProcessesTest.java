package dev.howdah.worker.exec;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedProcessesTest {
  @TempDir Path directory;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static List<Long> found(MarkedProcesses processes) {
    List<Long> found = new ArrayList<>();
    await()
        .until(
            () -> {
              found.clear();
              return processes.look(handle -> found.add(handle.pid()));
            });
    return found;
  }

  @Test
  void whoHasTheVariableWithThatValueIsFound() throws Exception {
    Process ours = start(Map.of("A", "1", "MARK", "7"), "/bin/sleep", "100");
    start(Map.of("MARK", "77"), "/bin/sleep", "100");
    start(Map.of("XMARK", "7"), "/bin/sleep", "100");
    start(Map.of(), "/bin/sleep", "100");
    assertEquals(List.of(ours.pid()), found(new MarkedProcesses("MARK=7")));
  }

  @Test
  void whoEndsAndWhoComesAreNoticedByTheNextLook() throws Exception {
    MarkedProcesses processes = new MarkedProcesses("MARK=7");
    assertEquals(List.of(), found(processes));
    Process ours = start(Map.of("MARK", "7"), "/bin/sleep", "100");
    assertEquals(List.of(ours.pid()), found(processes));
    ours.destroyForcibly().waitFor();
    assertEquals(List.of(), found(processes));
  }

  @Test
  void aLookThatMayHaveMissedSomebodyIsNotToBeTrusted() throws Exception {
    // It becomes another program thousands of times, and each time has no variables for a moment.
    Path restless =
        Files.writeString(
            directory.resolve("restless"), "[ $1 = 0 ] || exec sh \"$0\" $(($1 - 1))\n");
    Process ours =
        start(
            Map.of("MARK", "7", "PATH", System.getenv("PATH")),
            "/bin/sh",
            restless.toString(),
            "20000");
    MarkedProcesses processes = new MarkedProcesses("MARK=7");
    List<Long> found = new ArrayList<>();
    for (int looks = 0; looks < 300; looks++) {
      found.clear();
      boolean trusted = processes.look(handle -> found.add(handle.pid()));
      assertTrue(ours.isAlive(), "it is to be looked at and has ended");
      assertTrue(!trusted || found.contains(ours.pid()), "missed by look " + looks);
    }
  }
}
