package dev.howdah.cli;

import dev.howdah.design.InvalidDesignException;
import dev.howdah.fault.FaultException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code howdah} command. */
@Command(
    name = "howdah",
    description = "Runs orchestration designs on Apache Camel, durably over Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ServeCommand.class,
      WorkerCommand.class,
      CompileCommand.class,
      ValidateCommand.class,
      ImportCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 an execution or a start failed, 2 the arguments, a design or an input"
          + " are wrong, 130 stopped by Ctrl-C, 143 stopped by SIGTERM."
    })
public final class HowdahCommand implements Runnable {
  /** Everything went well. */
  static final int OK = 0;

  /** The execution failed, or a part could not be started. */
  static final int FAILED = 1;

  /** What was given is wrong. */
  static final int WRONG = 2;

  @Spec private CommandSpec spec;

  /** Runs a command line and gives its exit code. */
  public static int execute(String... args) {
    return new CommandLine(new HowdahCommand())
        .setExecutionExceptionHandler(HowdahCommand::report)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
  }

  /** One clear line for what a person can mend; a stack trace only for what is a bug. */
  private static int report(Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (thrown instanceof InvalidDesignException invalid) {
      invalid.problems().forEach(err::println);
      err.flush();
      return WRONG;
    }
    if (thrown instanceof FaultException fault) {
      fault.fault().message().lines().forEach(line -> err.println("howdah: " + line));
      err.flush();
      return isUsage(fault.fault().code()) ? WRONG : FAILED;
    }
    err.println("howdah: an unexpected fault: " + thrown);
    thrown.printStackTrace(err);
    err.flush();
    return FAILED;
  }

  private static boolean isUsage(String code) {
    return code.startsWith("config.") || code.startsWith("input.") || code.equals("group.name");
  }
}
