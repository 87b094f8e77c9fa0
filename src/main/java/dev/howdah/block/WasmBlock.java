package dev.howdah.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.howdah.block.spi.BlockCheck;
import dev.howdah.block.spi.BlockKind;
import dev.howdah.block.spi.Call;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.ModuleContent;
import dev.howdah.block.spi.Outcome;
import dev.howdah.block.spi.Role;
import dev.howdah.block.spi.Services;
import dev.howdah.design.ByteSize;
import dev.howdah.design.Default;
import dev.howdah.design.Doc;
import dev.howdah.expression.Template;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.wasm.WasmCall;
import dev.howdah.worker.wasm.WasmModule;
import dev.howdah.worker.wasm.WasmRuntime;
import dev.howdah.worker.wasm.WasmSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Calls a function of a WebAssembly module with numbers, or runs a module as a command with JSON on
 * its standard input and output. Every call has an instance of its own.
 */
@SuppressWarnings("rawtypes") // AutoService names the class, which is generic
@AutoService(BlockKind.class)
public final class WasmBlock implements LeafKind<WasmBlock.Configuration> {

  /** The runtime a block may ask for. */
  public enum RunBy {
    /** Pure Java, in this process. */
    CHICORY,
    /** Wasmtime, in a process of its own. */
    WASMTIME
  }

  /** What a wasm block is told. */
  public record Configuration(
      @Doc("the module: a file name such as modules/fibo.wat, or the name it was uploaded under")
          String module,
      @Doc("the exported function to call; left out, the module is run as a WASI command")
          Optional<String> function,
      @Doc("the arguments by position, as an expression that gives a list or as a list")
          @Default("${ if type == \"array\" then . else [.] end }")
          Template args,
      @Doc("what a command reads on its standard input, as JSON") @Default("${ . }") Template stdin,
      @Doc("what runs the module") @Default("chicory") RunBy runtime,
      @Doc("the most memory one call may have") @Default("64MiB") ByteSize memory) {
    public Configuration {
      if (module.isBlank()) {
        throw new IllegalArgumentException("module names the WebAssembly module to call");
      }
      if (memory.bytes() < WasmCall.PAGE_BYTES) {
        throw new IllegalArgumentException("memory is at least 64KiB, the size of one page");
      }
    }
  }

  @Override
  public String type() {
    return "wasm";
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
  public void check(Configuration configuration, BlockCheck check) {
    try {
      Optional<WasmModule> module =
          check.modules().find(configuration.module()).map(WasmBlock::wasm);
      if (module.isEmpty()) {
        check.problem(
            "/module",
            "wasm.unknown-module",
            "there is no module \"" + configuration.module() + "\"",
            "give the path of a .wasm or .wat file beside the design, or upload the module first");
      } else if (configuration.function().isPresent()) {
        checkFunction(configuration, module.get(), check);
      }
    } catch (FaultException e) {
      check.problem("/module", e.fault().code(), e.getMessage(), "give a module that is valid");
    }
  }

  private static WasmModule wasm(ModuleContent module) {
    return new WasmModule(module.sha256(), module.bytes());
  }

  private static void checkFunction(
      Configuration configuration, WasmModule module, BlockCheck check) {
    WasmSignature signature;
    try {
      signature = WasmSignature.of(module, configuration.function().orElseThrow());
    } catch (FaultException e) {
      check.problem("/function", e.fault().code(), e.getMessage(), "name an exported function");
      return;
    }
    JsonNode args = configuration.args().toJson();
    if (args.isArray() && args.size() != signature.params().size()) {
      check.problem(
          "/args",
          "wasm.arity",
          "%s takes %d arguments, not %d"
              .formatted(signature.function(), signature.params().size(), args.size()),
          "give one argument for each parameter: " + signature.params());
    }
  }

  @Override
  public String subject(Configuration configuration) {
    String module = configuration.module();
    String name = module.substring(module.lastIndexOf('/') + 1).replaceAll("\\.wa(t|sm)$", "");
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  @Override
  public boolean keepsTime() {
    return true;
  }

  @Override
  public Call prepare(Configuration configuration, Services services) {
    WasmRuntime runtime =
        services.wasm().named(configuration.runtime().name().toLowerCase(java.util.Locale.ROOT));
    WasmModule module =
        services
            .modules()
            .find(configuration.module())
            .map(WasmBlock::wasm)
            .orElseThrow(
                () ->
                    Fault.retryable(
                            "wasm.unknown-module",
                            Blame.DESIGN,
                            "module %s is not to be had here".formatted(configuration.module()))
                        .toException());
    String function = configuration.function().orElse(null);
    long memory = configuration.memory().bytes();
    return invocation -> {
      List<JsonNode> args =
          function == null
              ? List.of()
              : arguments(configuration.args().evaluate(invocation.scope()));
      JsonNode stdin = function == null ? configuration.stdin().evaluate(invocation.scope()) : null;
      return Outcome.completed(
          runtime.call(module, new WasmCall(function, args, stdin, invocation.timeout(), memory)));
    };
  }

  private static List<JsonNode> arguments(JsonNode value) {
    if (!value.isArray()) {
      return List.of(value);
    }
    List<JsonNode> args = new ArrayList<>(value.size());
    value.forEach(args::add);
    return args;
  }
}
