package dev.howdah.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
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

  /** What is given when no format there is was named. */
  @Parameters(arity = "0..*", hidden = true)
  private List<String> others = List.of();

  @Override
  public void run() {
    String formats = String.join(", ", spec.subcommands().keySet());
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        others.isEmpty()
            ? "Name the format to import: %s.".formatted(formats)
            : "There is no format \"%s\"; name one of these in front of the file: %s."
                .formatted(others.get(0), formats));
  }
}
