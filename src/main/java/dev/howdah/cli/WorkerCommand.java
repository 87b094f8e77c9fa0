package dev.howdah.cli;

import dev.howdah.config.Settings;
import dev.howdah.node.WorkerNode;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a worker node until it is told to stop. */
@Command(
    name = "worker",
    description = {
      "Runs the stages of a worker group; joins and leaves at any time.",
      "Needs a broker only: the one of --bootstrap-servers, else the embedded one of an engine on"
          + " this machine, by its port. Keeps modules in --data, else in the user's cache."
    },
    mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(names = "--group", required = true, paramLabel = "NAME", description = "The group.")
  private String group;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of GET /health; 0 takes a free one. Default: none")
  private Integer port;

  @Override
  public Integer call() throws Exception {
    Settings settings = common.settings(Map.of());
    OptionalInt health = port == null ? OptionalInt.empty() : OptionalInt.of(port);
    try (UntilTold until = UntilTold.begin();
        WorkerNode node =
            WorkerNode.start(settings, group, health, InstantSource.system(), until::died)) {
      until.started();
      announce(node);
      until.await();
    }
    return HowdahCommand.OK;
  }

  private void announce(WorkerNode node) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "Worker %s serves group %s at %s and keeps modules in %s.%s Ctrl-C stops it.%n",
        node.name(),
        group,
        node.bootstrapServers(),
        node.directory(),
        node.healthPort().isPresent()
            ? " Health on port " + node.healthPort().getAsInt() + "."
            : "");
    err.flush();
  }
}
