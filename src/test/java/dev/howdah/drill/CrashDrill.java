package dev.howdah.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The long drill of {@code bench/crash}: once with Kafka's data kept, once with it lost, and once
 * with two engines that share a database and a broker. Arguments, all of which may be left out:
 * seed, executions, kills, and which round is to be run, {@code kept}, {@code lost} or {@code
 * shared}.
 */
public final class CrashDrill {
  private CrashDrill() {}

  public static void main(String[] args) throws Exception {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime() % 1_000_000;
    int executions = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
    int kills = args.length > 2 ? Integer.parseInt(args[2]) : 22;
    Path directory = Files.createTempDirectory("howdah-crash");
    List<String> rounds = args.length > 3 ? List.of(args[3]) : List.of("kept", "lost", "shared");
    List<DrillReport> reports = new ArrayList<>();
    for (String round : rounds) {
      System.out.printf("%nRound %s%n", round);
      Path place = Files.createDirectories(directory.resolve(round));
      reports.add(run(round(round, place, executions, kills, seed + reports.size())));
    }
    System.out.printf(
        "completed=%d lost=%d stuck=%d duplicate_steps=%d kills=%d%n",
        sum(reports, DrillReport::completed),
        sum(reports, DrillReport::lost),
        sum(reports, DrillReport::stuck),
        sum(reports, DrillReport::duplicateSteps),
        sum(reports, report -> report.kills().size()));
    System.exit(reports.stream().allMatch(DrillReport::isGood) ? 0 : 1);
  }

  private static int sum(List<DrillReport> reports, ToIntFunction<DrillReport> figure) {
    return reports.stream().mapToInt(figure).sum();
  }

  private static DrillSettings round(
      String round, Path directory, int executions, int kills, long seed) {
    boolean shared = round.equals("shared");
    if (!shared && !round.equals("kept") && !round.equals("lost")) {
      throw new IllegalArgumentException("a round is kept, lost or shared, not " + round);
    }
    return new DrillSettings(
        directory,
        shared ? DrillSettings.Form.SHARED : DrillSettings.Form.ALONE,
        executions,
        kills,
        round.equals("lost") ? kills / 4 : 0,
        Duration.ofSeconds(3),
        // A session lasts six seconds: some come back to their partitions, some find them taken.
        shared ? Duration.ofSeconds(8) : Duration.ofMillis(1_500),
        Duration.ofSeconds(120),
        seed);
  }

  private static DrillReport run(DrillSettings settings) throws Exception {
    Consumer<String> out = line -> System.out.println(line);
    try (Drill drill = new Drill(settings, Path.of("designs"), out)) {
      DrillReport report = drill.run();
      out.accept(report.table());
      return report;
    }
  }
}
