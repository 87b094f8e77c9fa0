package dev.howdah.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes designs of what other systems run. */
@Command(
    name = "import",
    description = "Makes a design of the configuration of another system.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "FORMAT",
    subcommands = ImportAiEffectCommand.class)
final class ImportCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Name the format to import: ai-effect.");
  }
}
