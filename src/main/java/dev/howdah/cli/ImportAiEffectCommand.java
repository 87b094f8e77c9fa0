package dev.howdah.cli;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.importer.AiEffect;
import dev.howdah.importer.ImportedDesign;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a design of a pipeline of AI-Effect. */
@Command(
    name = "ai-effect",
    description =
        "Makes a design of a pipeline configuration of AI-Effect, of either generation: containers"
            + " with command lines and files, or services with gRPC.",
    mixinStandardHelpOptions = true)
final class ImportAiEffectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The configuration, as JSON.")
  private Path file;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where to write the design, and beside it the modules it names. Default: stdout, without"
              + " modules")
  private Path output;

  @Override
  public Integer call() {
    ImportedDesign design =
        AiEffect.read(file.toString(), DesignFile.text(file, "a pipeline configuration"));
    if (output == null) {
      print(design);
    } else {
      write(design);
    }
    return HowdahCommand.OK;
  }

  private void print(ImportedDesign design) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(design.text());
    out.flush();
    for (String module : design.modules().keySet()) {
      tell("the design needs " + module + " beside it; --output FILE writes both");
    }
  }

  private void write(ImportedDesign design) {
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(output, design.text());
    design.modules().forEach((name, text) -> files.put(output.resolveSibling(name), text));
    files.forEach(ImportAiEffectCommand::checkFree);
    files.forEach(
        (path, text) -> {
          try {
            Path directory = path.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            Files.writeString(path, text);
          } catch (IOException e) {
            throw wrong(path + " cannot be written: " + e);
          }
          tell("wrote " + path);
        });
  }

  /** What somebody may have changed by hand is not replaced. */
  private static void checkFree(Path path, String text) {
    try {
      if (Files.exists(path) && !Files.readString(path).equals(text)) {
        throw wrong(path + " is there already, with other content; remove it or name another");
      }
    } catch (IOException e) {
      throw wrong(path + " is there already and cannot be read: " + e.getMessage());
    }
  }

  private void tell(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("howdah: " + line);
    err.flush();
  }

  private static RuntimeException wrong(String message) {
    return Fault.rejected("input.output", Blame.CALLER, message).toException();
  }
}
