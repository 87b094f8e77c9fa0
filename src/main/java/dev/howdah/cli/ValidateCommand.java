package dev.howdah.cli;

import dev.howdah.block.spi.Kinds;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.fault.FaultException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks designs and reports every problem of all of them. */
@Command(
    name = "validate",
    description = "Checks designs and prints every problem with its place and its cure.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Designs, as YAML or JSON.")
  private List<Path> files;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Kinds kinds = Kinds.installed();
    int exit = HowdahCommand.OK;
    for (Path file : files) {
      try {
        DesignFile design = DesignFile.read(file);
        design.check(kinds, design.modules());
        out.println(file + ": ok");
      } catch (InvalidDesignException e) {
        e.problems().forEach(err::println);
        exit = HowdahCommand.WRONG;
      } catch (FaultException e) {
        err.println(e.getMessage());
        exit = HowdahCommand.WRONG;
      }
    }
    out.flush();
    err.flush();
    return exit;
  }
}
