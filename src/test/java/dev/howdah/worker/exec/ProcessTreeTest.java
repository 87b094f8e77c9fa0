package dev.howdah.worker.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that are hard to find. All that belong to one hold its standard output open, so that its
 * end is the end of the last of them, whoever their parents are. Each program ends by itself some
 * time, lest a fault here fill the machine with processes.
 */
class ProcessTreeTest {
  @TempDir Path directory;

  private Path script(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Process start(int number, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().put("MARK", "family-" + number);
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Kills a family whose first has ended; fails when any of the others lives on. */
  private static void assertKillsAll(int number, Process first) throws Exception {
    try (InputStream held = first.getInputStream()) {
      assertEquals('!', held.read());
      ProcessTree tree = new ProcessTree(first.toHandle(), "MARK=family-" + number);
      assertTrue(tree.kill(Duration.ZERO));
      CompletableFuture<byte[]> rest =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return held.readAllBytes();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      rest.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoBecomesOneProgramAfterTheOtherIsFound() throws Exception {
    Path restless = script("restless", "[ $1 = 0 ] || exec sh \"$0\" $(($1 - 1))\n");
    // Those that are left have neither a parent nor a session in common with the first.
    String many = ("(setsid sh " + restless + " 3000 &) ; ").repeat(12);
    for (int i = 0; i < 10; i++) {
      assertKillsAll(i, start(i, many + "printf '!'"));
    }
  }

  @Test
  void whoLeavesAnotherInItsPlaceIsFound() throws Exception {
    Path relay = script("relay", "[ $1 = 0 ] || sh \"$0\" $(($1 - 1)) &\n");
    for (int i = 0; i < 10; i++) {
      assertKillsAll(i, start(i, "(setsid sh " + relay + " 9000 &) ; printf '!'"));
    }
  }

  @Test
  void whoHasChangedItsVariablesIsFoundWhileItsParentLives() throws Exception {
    assertKillsAll(0, start(0, "env -i /bin/sh -c 'while :; do sleep 1; done' & printf '!'; wait"));
  }

  @Test
  void whoIsOfAnotherFamilyIsLeftAlone() throws Exception {
    Process other = start(1, "printf '!'; exec cat");
    try (InputStream held = other.getInputStream()) {
      assertEquals('!', held.read());
      Process first = start(12, "printf '!'; exec sleep 1000");
      assertKillsAll(12, first);
      assertEquals(List.of(), first.descendants().toList());
      assertTrue(other.isAlive());
    } finally {
      other.destroyForcibly();
    }
  }
}
