package dev.howdah.cli;

import dev.howdah.block.spi.Kinds;
import dev.howdah.plan.RouteWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the Camel routes of a design. */
@Command(
    name = "compile",
    description = "Prints the Camel YAML routes that a design compiles to.",
    mixinStandardHelpOptions = true)
final class CompileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The design, as YAML or JSON.")
  private Path file;

  @Override
  public Integer call() {
    DesignFile design = DesignFile.read(file);
    PrintWriter out = spec.commandLine().getOut();
    out.print(RouteWriter.write(design.check(Kinds.installed(), design.modules())));
    out.flush();
    return HowdahCommand.OK;
  }
}
