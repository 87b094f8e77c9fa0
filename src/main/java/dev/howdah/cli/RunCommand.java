package dev.howdah.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.api.Api;
import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.Modules;
import dev.howdah.broker.GroupLoad;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.InputSchema;
import dev.howdah.design.Block;
import dev.howdah.engine.Engine;
import dev.howdah.engine.Progress;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.json.NotJson;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import dev.howdah.plan.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a design once and prints its result. */
@Command(
    name = "run",
    description = {
      "Runs a design once, durably, with an embedded broker and database.",
      "Prints each step on stderr as it happens and only the result on stdout."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The design, as YAML or JSON.")
  private Path file;

  @Option(
      names = "--input",
      paramLabel = "JSON",
      defaultValue = "null",
      description = "The input, as JSON. Default: null")
  private String input;

  @Option(
      names = "--groups",
      paramLabel = "NAMES",
      description = "Worker groups to serve in this process, by comma. Default: all")
  private String groups;

  @Override
  public Integer call() throws Exception {
    DesignFile design = DesignFile.read(file);
    Modules modules = design.modules();
    JsonNode value = input();
    Map<Setting, String> flags = new LinkedHashMap<>();
    flags.put(Setting.GROUPS, groups);
    Settings settings = common.settings(flags);
    if (!settings.isSet(Setting.HTTP_PORT)) {
      flags.put(Setting.HTTP_PORT, "0");
      settings = common.settings(flags);
    }
    // What is wrong with the design or its input is told before anything is started.
    InputSchema.of(design.check(Kinds.installed(), modules).design()).check(value);
    CompletableFuture<Fault> died = new CompletableFuture<>();
    try (EngineNode node =
            EngineNode.start(settings, InstantSource.system(), true, died::complete);
        Api api = Api.mount(node)) {
      return run(node, design, modules, value, died);
    }
  }

  private JsonNode input() {
    if (input.isBlank()) {
      throw Fault.rejected(
              "input.json",
              Blame.CALLER,
              "--input is empty; write JSON such as '{\"name\": 1}', or leave the flag out")
          .toException();
    }
    try {
      return Json.read(input);
    } catch (JsonProcessingException e) {
      throw Fault.rejected(
              "input.json",
              Blame.CALLER,
              "--input is not JSON at line %d, column %d: %s; write it as '{\"name\": 1}'"
                  .formatted(
                      Math.max(1, e.getLocation().getLineNr()),
                      Math.max(1, e.getLocation().getColumnNr()),
                      NotJson.reason(e)))
          .toException();
    }
  }

  private int run(
      EngineNode node,
      DesignFile design,
      Modules modules,
      JsonNode value,
      CompletableFuture<Fault> died)
      throws Exception {
    new NamedDesigns(node.catalog()).saveFor(design);
    DesignCatalog.Saved saved = node.catalog().save(file.toString(), design.text(), modules, true);
    Engine engine = node.engine();
    String id = engine.nextId();
    StepPrinter printer =
        new StepPrinter(
            spec.commandLine().getErr(),
            node.catalog().find(saved.plan()).orElseThrow(),
            children(node));
    CompletableFuture<Ending> ending = engine.endingOfNew(id);
    try (AutoCloseable watching = engine.watch(id, printer);
        OnInterrupt told = OnInterrupt.say(() -> printer.interrupted(id))) {
      engine
          .start(
              new StartRequest(
                  Optional.empty(),
                  saved.plan(),
                  Value.of(value),
                  "manual",
                  System.getProperty("user.name", "somebody"),
                  Optional.empty()),
              id)
          .get();
      printer.started(id, saved.plan());
      return finish(await(node, id, ending, printer, died), printer);
    }
  }

  private static StepPrinter.Children children(EngineNode node) {
    return new StepPrinter.Children() {
      @Override
      public AutoCloseable watch(String execution, Consumer<Progress> onlooker) {
        return node.engine().watch(execution, onlooker);
      }

      @Override
      public Optional<Plan> plan(String execution) {
        return node.engine()
            .unrecorded(execution)
            .or(() -> node.store().executions().byId(execution))
            .flatMap(row -> node.catalog().find(row.designId() + "@" + row.revision()));
      }
    };
  }

  /** Who serves a group; nobody is needed for the one that the engine serves itself. */
  private static Optional<GroupLoad> load(EngineNode node, String group) {
    return group.equals(Block.DEFAULT_GROUP) ? Optional.empty() : node.groupLoad(group);
  }

  private static Ending await(
      EngineNode node,
      String id,
      CompletableFuture<Ending> ending,
      StepPrinter printer,
      CompletableFuture<Fault> died)
      throws Exception {
    Engine engine = node.engine();
    while (true) {
      try {
        return ending.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (died.isDone()) {
          throw died.get().toException();
        }
        printer.waiting(engine.waitingFor(id).get(), group -> load(node, group));
      }
    }
  }

  private int finish(Ending ending, StepPrinter printer) {
    PrintWriter out = spec.commandLine().getOut();
    if (ending instanceof Ending.Completed completed) {
      out.println(completed.result().text());
      out.flush();
      return HowdahCommand.OK;
    }
    printer.ended(ending);
    return HowdahCommand.FAILED;
  }
}
