package dev.howdah.drill;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bench/crash}. */
class CrashDrillTest {
  @Test
  void whatWasAcceptedIsCompletedOnceWhateverIsKilled(@TempDir Path directory) throws Exception {
    assertGood(
        new DrillSettings(
            directory,
            DrillSettings.Form.ALONE,
            200,
            4,
            1,
            Duration.ofSeconds(1),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(60),
            System.nanoTime()));
  }

  @Test
  void enginesThatShareADatabaseCompleteEachOthersExecutionsOnce(@TempDir Path directory)
      throws Exception {
    assertGood(
        new DrillSettings(
            directory,
            DrillSettings.Form.SHARED,
            60,
            3,
            0,
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(60),
            System.nanoTime()));
  }

  private static void assertGood(DrillSettings settings) throws Exception {
    StringBuilder story = new StringBuilder();
    try (Drill drill =
        new Drill(settings, Path.of("designs"), line -> story.append(line).append('\n'))) {
      DrillReport report = drill.run();

      assertTrue(report.isGood(), () -> story + report.table());
    }
  }
}
