package dev.howdah.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The long drill of {@code bench/crash}: once with Kafka's data kept and once with it lost.
 * Arguments, all of which may be left out: seed, executions, kills.
 */
public final class CrashDrill {
  private CrashDrill() {}

  public static void main(String[] args) throws Exception {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime() % 1_000_000;
    int executions = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
    int kills = args.length > 2 ? Integer.parseInt(args[2]) : 22;
    Path directory = Files.createTempDirectory("howdah-crash");
    DrillReport kept = run(directory.resolve("kept"), executions, kills, 0, seed);
    DrillReport lost = run(directory.resolve("lost"), executions, kills, kills / 4, seed + 1);
    System.out.printf(
        "completed=%d lost=%d stuck=%d duplicate_steps=%d kills=%d%n",
        kept.completed() + lost.completed(),
        kept.lost() + lost.lost(),
        kept.stuck() + lost.stuck(),
        kept.duplicateSteps() + lost.duplicateSteps(),
        kept.kills().size() + lost.kills().size());
    System.exit(kept.isGood() && lost.isGood() ? 0 : 1);
  }

  private static DrillReport run(
      Path directory, int executions, int kills, int kafkaLosses, long seed) throws Exception {
    Files.createDirectories(directory);
    Consumer<String> out = line -> System.out.println(line);
    out.accept("%nKafka's data is lost %d times".formatted(kafkaLosses));
    DrillSettings settings =
        new DrillSettings(
            directory,
            executions,
            kills,
            kafkaLosses,
            Duration.ofSeconds(3),
            Duration.ofSeconds(120),
            seed);
    try (Drill drill = new Drill(settings, Path.of("designs"), out)) {
      DrillReport report = drill.run();
      out.accept(report.table());
      return report;
    }
  }
}
