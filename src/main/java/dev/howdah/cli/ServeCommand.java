package dev.howdah.cli;

import dev.howdah.api.Api;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.node.EngineNode;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an engine node until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Serves designs over HTTP: database, broker, scheduler, API and workers in one process.",
      "Stops cleanly on Ctrl-C; what was open goes on at the next start."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the HTTP API; 0 takes a free one. Default: 8080")
  private Integer port;

  @Option(
      names = "--groups",
      paramLabel = "NAMES",
      description = "Worker groups to serve in this process, by comma; \"\" for none. Default: all")
  private String groups;

  @Override
  public Integer call() throws Exception {
    Map<Setting, String> flags = new LinkedHashMap<>();
    flags.put(Setting.HTTP_PORT, port == null ? null : port.toString());
    flags.put(Setting.GROUPS, groups);
    Settings settings = common.settings(flags);
    try (UntilTold until = UntilTold.begin();
        EngineNode node = EngineNode.start(settings, InstantSource.system(), false, until::died);
        Api api = Api.mount(node)) {
      until.started();
      spec.commandLine()
          .getErr()
          .printf(
              "Howdah serves %s, workers join the broker at %s. Ctrl-C stops it.%n",
              node.url(), node.bootstrapServers());
      spec.commandLine().getErr().flush();
      until.await();
    }
    return HowdahCommand.OK;
  }
}
