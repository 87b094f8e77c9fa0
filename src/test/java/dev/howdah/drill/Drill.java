package dev.howdah.drill;

import dev.howdah.worker.agent.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Kills the processes of an installation again and again while it works, and looks whether
 * everything it accepted is completed, once.
 */
final class Drill implements AutoCloseable {
  /**
   * A kill to be.
   *
   * @param patient whether it waits until the engine answers, which most do: killing what has only
   *     begun to start proves less
   */
  private record Event(String victim, boolean losesKafka, boolean patient, long gap, long pause) {}

  private final DrillSettings settings;
  private final Consumer<String> out;
  private final Backing backing;
  private final Path modules;
  private final FlakyService flaky = new FlakyService();
  private final ScriptedModel model = PatternsDesign.model();
  private final List<Integer> ports = new ArrayList<>();
  private final List<DrillProcess> engines = new ArrayList<>();
  private final List<DrillProcess> workers = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();

  /**
   * @param modules the directory that holds the designs' modules
   * @param out gets a line for each thing that happens
   */
  Drill(DrillSettings settings, Path modules, Consumer<String> out) throws IOException {
    this.settings = settings;
    this.modules = modules;
    this.out = out;
    this.backing = Backing.of(settings);
    if (settings.form() == DrillSettings.Form.ALONE) {
      engines.add(engine("engine"));
    } else {
      engines.add(engine("engine-1"));
      engines.add(engine("engine-2"));
    }
    for (String group : DrillDesigns.GROUPS) {
      workers.add(
          new DrillProcess(
              settings.directory(),
              group,
              "dev.howdah.Main",
              List.of(
                  "worker",
                  "--group=" + group,
                  "--bootstrap-servers=" + backing.bootstrapServers(),
                  "--data=" + settings.directory().resolve("workers"))));
    }
  }

  private DrillProcess engine(String name) {
    int port = Backing.freePort();
    ports.add(port);
    List<String> arguments = new ArrayList<>();
    arguments.add("serve");
    arguments.add("--groups=");
    arguments.add("--port=" + port);
    arguments.add("--set=howdah.routes=" + settings.directory().resolve("routes"));
    arguments.add("--data=" + settings.directory().resolve(name));
    arguments.addAll(backing.engine());
    return new DrillProcess(settings.directory(), name, "dev.howdah.Main", arguments);
  }

  /** Runs the whole drill; takes minutes. */
  DrillReport run() throws Exception {
    Random random = new Random(settings.seed());
    List<Event> plan = plan(random);
    out.accept(
        "seed %d, %d executions, %d kills, logs in %s"
            .formatted(settings.seed(), settings.executions(), plan.size(), settings.directory()));
    for (DrillProcess engine : engines) {
      engine.start();
    }
    Installation installation = new Installation(ports);
    awaitUp(installation);
    installation.deploy(modules, flaky.url(), model.url().toString());
    try (Callers callers = new Callers(installation);
        Approver approver = new Approver(installation, settings.executions())) {
      approver.begin();
      for (DrillProcess worker : workers) {
        worker.start();
      }
      int left = settings.executions();
      for (int i = 0; i < plan.size(); i++) {
        Event event = plan.get(i);
        int share = left / (plan.size() - i);
        left -= share;
        callers.begin(share, settings.longestGap(), random);
        if (event.patient()) {
          awaitUp(installation);
        }
        TimeUnit.MILLISECONDS.sleep(event.gap());
        kill(event);
        startTheFallen();
      }
      long deadline = System.nanoTime() + settings.patience().toNanos();
      long from = System.nanoTime();
      Set<String> ended = new HashSet<>();
      while (System.nanoTime() < deadline && ended.size() < settings.executions()) {
        TimeUnit.MILLISECONDS.sleep(100);
        startTheFallen();
        for (String execution : callers.accepted().values()) {
          if (!ended.contains(execution) && !installation.hasEnded(execution)) {
            break;
          }
          ended.add(execution);
        }
      }
      out.accept(
          "%d of %d had ended %.1f s after the last kill"
              .formatted(ended.size(), settings.executions(), (System.nanoTime() - from) / 1e9));
      stop();
      return DrillReport.read(
          backing.jdbc(),
          settings,
          callers.accepted(),
          callers.contradictions() + approver.contradictions(),
          kills);
    }
  }

  private static void awaitUp(Installation installation) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!installation.isUp() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Half of the kills strike engines, so that losses of Kafka fit in. */
  private List<Event> plan(Random random) {
    List<String> victims = new ArrayList<>();
    for (int i = 0; i < settings.kills(); i++) {
      List<DrillProcess> kind = i % 2 == 0 ? engines : workers;
      victims.add(kind.get(i / 2 % kind.size()).name());
    }
    Collections.shuffle(victims, random);
    List<Event> plan = new ArrayList<>();
    int atEngines = (int) victims.stream().filter(victim -> victim.startsWith("engine")).count();
    int losses = settings.kafkaLosses();
    for (String victim : victims) {
      boolean loses = false;
      if (victim.startsWith("engine")) {
        loses = random.nextInt(atEngines--) < losses;
        losses -= loses ? 1 : 0;
      }
      long gap = (long) (random.nextDouble() * settings.longestGap().toMillis());
      long pause = (long) (random.nextDouble() * settings.longestPause().toMillis());
      plan.add(new Event(victim, loses, random.nextInt(4) > 0, gap, pause));
    }
    return plan;
  }

  private void kill(Event event) throws Exception {
    DrillProcess victim =
        Stream.concat(engines.stream(), workers.stream())
            .filter(process -> process.name().equals(event.victim()))
            .findFirst()
            .orElseThrow();
    long killedAt = System.currentTimeMillis();
    victim.kill();
    if (event.losesKafka() && Files.exists(backing.data().resolve("kafka"))) {
      delete(backing.data().resolve("kafka"));
    }
    TimeUnit.MILLISECONDS.sleep(event.pause());
    long startedAt = System.currentTimeMillis();
    victim.start();
    kills.add(new Kill(victim.name(), event.losesKafka(), killedAt, startedAt));
    out.accept(
        "kill %2d: %-8s %s back after %4d ms"
            .formatted(
                kills.size(),
                victim.name(),
                event.losesKafka() ? "and its Kafka data," : "                   ",
                startedAt - killedAt));
  }

  /** A worker that starts while there is no broker gives up; whoever runs it starts it again. */
  private void startTheFallen() throws IOException {
    for (DrillProcess worker : workers) {
      if (!worker.isAlive()) {
        out.accept(worker.name() + " had given up and is started again");
        worker.start();
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Also a clean stop is part of the drill. */
  private void stop() throws InterruptedException {
    for (DrillProcess worker : workers) {
      if (worker.isAlive() && !worker.stop(15)) {
        out.accept(worker.name() + " does not stop");
      }
    }
    for (DrillProcess engine : engines) {
      if (!engine.stop(20)) {
        out.accept(engine.name() + " does not stop");
      }
    }
  }

  @Override
  public void close() {
    workers.forEach(DrillProcess::close);
    engines.forEach(DrillProcess::close);
    backing.close();
    flaky.close();
    model.close();
  }
}
