package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.Invocation;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.exec.ExecAnswer;
import dev.howdah.worker.exec.ExecFiles;
import dev.howdah.worker.exec.ExecSpec;
import dev.howdah.worker.exec.ExitCodes;
import dev.howdah.worker.exec.Program;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a program, or a container, that the operator has allowed, with JSON or text on its standard
 * input and output. All blocks of an execution share a directory.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class ExecBlock implements LeafKind<ExecBlock.Configuration> {
  private static final String INVALID = "exec.invalid-call";
  private static final NamedTexts ENV = new NamedTexts(INVALID, "env");
  private static final NamedTexts FILES = new NamedTexts(INVALID, "files");

  /** What standard output, or the file in its place, becomes. */
  public enum Output {
    /** JSON; nothing is null. */
    JSON,
    TEXT,
    /** Base64 text. */
    BYTES
  }

  /** What an exec block is told. */
  public record Configuration(
      @Doc("the program and its arguments, an element each; with an image, its arguments")
          @Default("[]")
          List<Template> command,
      @Doc("the container image to run instead of a program of the machine") Optional<String> image,
      @Doc("more environment variables, as an object") Optional<Template> env,
      @Doc("the working directory, absolute or in the directory of the execution")
          Optional<Template> workingDirectory,
      @Doc("standard input: text is sent as it is, null is nothing, all else is JSON")
          @Default("${ . }")
          Template stdin,
      @Doc("files to write into the directory of the execution first, as an object by name")
          Optional<Template> files,
      @Doc("what standard output becomes") @Default("json") Output stdout,
      @Doc("the file of the execution that is the output instead of standard output")
          Optional<String> outputFile,
      @Doc("the most that the output may be") @Default("1MiB") ByteSize maxOutput,
      @Doc("the exit codes of success") @Default("[0]") List<Integer> successCodes,
      @Doc("the exit codes after which it may be tried again") @Default("[]")
          List<Integer> retryCodes) {
    public Configuration {
      if (command.isEmpty() && image.isEmpty()) {
        throw new IllegalArgumentException(
            "there is neither a command nor an image; give the program to run and its arguments");
      }
      if (image.isPresent() && image.get().isBlank()) {
        throw new IllegalArgumentException("image names the container image to run");
      }
      if (outputFile.isPresent() && !ExecFiles.isName(outputFile.get())) {
        throw new IllegalArgumentException(
            "outputFile names a file in the directory of the execution; leave out directories");
      }
      if (maxOutput.bytes() < 1 || maxOutput.bytes() > ExecSpec.LARGEST_OUTPUT) {
        throw new IllegalArgumentException("maxOutput is from 1B to less than 2GiB");
      }
      ExitCodes.of(successCodes, retryCodes);
    }
  }

  @Override
  public String type() {
    return "exec";
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Role role() {
    return Role.EFFECTFUL;
  }

  @Override
  public String subject(Configuration configuration) {
    String what =
        configuration
            .image()
            .orElseGet(
                () -> {
                  Template program = configuration.command().get(0);
                  return program.isConstant() ? program.toJson().asText() : "command";
                });
    String name = what.substring(what.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    return name.isEmpty() ? "command" : name;
  }

  @Override
  public boolean keepsTime() {
    return true;
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    ExitCodes codes = ExitCodes.of(configuration.successCodes(), configuration.retryCodes());
    return invocation -> {
      CompletableFuture<ExecAnswer> answer =
          services.exec().call(spec(configuration, codes, invocation));
      invocation.cancellation().onCancel(() -> answer.cancel(true));
      return answer.thenApply(a -> new Outcome.Completed(output(configuration.stdout(), a)));
    };
  }

  private static ExecSpec spec(
      Configuration configuration, ExitCodes codes, Invocation invocation) {
    List<String> command = new ArrayList<>();
    for (Template element : configuration.command()) {
      command.add(
          text(element.evaluate(invocation.scope()), "element " + command.size() + " of command"));
    }
    Map<String, String> env = new LinkedHashMap<>();
    ENV.members(configuration.env().map(e -> e.evaluate(invocation.scope())))
        .forEach(e -> env.put(e.getKey(), text(e.getValue(), e.getKey() + " of env")));
    Program program =
        configuration
            .image()
            .<Program>map(image -> new Program.Image(image, command))
            .orElseGet(() -> new Program.Local(command));
    return new ExecSpec(
        program,
        env,
        configuration
            .workingDirectory()
            .map(d -> text(d.evaluate(invocation.scope()), "workingDirectory")),
        bytes(configuration.stdin().evaluate(invocation.scope())),
        files(configuration, invocation),
        invocation.timeout(),
        configuration.maxOutput().bytes(),
        codes,
        invocation.execution(),
        invocation.idempotencyKey());
  }

  /** Numbers and objects are told as JSON; what is missing is a mistake rather than a word. */
  private static String text(JsonNode value, String place) {
    if (value.isNull()) {
      throw Fault.rejected(
              INVALID,
              Blame.DESIGN,
              "%s is null; write an expression that gives a value".formatted(place))
          .toException();
    }
    return value.isTextual() ? value.textValue() : Json.write(value);
  }

  private static ExecFiles files(Configuration configuration, Invocation invocation) {
    Map<String, String> written = new LinkedHashMap<>();
    FILES
        .members(configuration.files().map(f -> f.evaluate(invocation.scope())))
        .forEach(e -> written.put(e.getKey(), text(e.getValue(), e.getKey() + " of files")));
    return new ExecFiles(written, configuration.outputFile(), invocation.lineage());
  }

  private static byte[] bytes(JsonNode stdin) {
    if (stdin.isNull()) {
      return new byte[0];
    }
    String text = stdin.isTextual() ? stdin.textValue() : Json.write(stdin);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode output(Output output, ExecAnswer answer) {
    return switch (output) {
      case JSON -> answer.json();
      case TEXT -> JsonNodeFactory.instance.textNode(answer.text());
      case BYTES ->
          JsonNodeFactory.instance.textNode(Base64.getEncoder().encodeToString(answer.bytes()));
    };
  }
}
