package dev.howdah.node;

import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.agent.AgentDefaults;
import dev.howdah.worker.exec.ExecCaller;
import dev.howdah.worker.exec.ExecPolicy;
import dev.howdah.worker.exec.ExecSettings;
import dev.howdah.worker.exec.ExecutionDirectories;
import dev.howdah.worker.grpc.GrpcCaller;
import dev.howdah.worker.http.AddressPolicy;
import dev.howdah.worker.http.HostResolver;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.wasm.ChicoryRuntime;
import dev.howdah.worker.wasm.ChicorySettings;
import dev.howdah.worker.wasm.WasmRuntimes;
import dev.howdah.worker.wasm.WasmtimeRuntime;
import dev.howdah.worker.wasm.WasmtimeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What the blocks of a process work with, opened once and closed with it. */
record BlockServices(
    WasmRuntimes wasm,
    HttpCaller http,
    GrpcCaller grpc,
    ExecCaller exec,
    AgentCaller agents,
    ExecutionDirectories directories)
    implements AutoCloseable {

  /** The secret that is sent to {@code howdah.agent.url}. */
  private static final String AGENT_KEY = "agent_key";

  /**
   * @param data where runtimes keep what they can make again
   * @param files where executions have their files, unless the settings name another place
   */
  static BlockServices open(Settings settings, Path data, Path files, InstantSource clock) {
    WasmRuntimes wasm =
        new WasmRuntimes(
            Map.of(
                "chicory", new ChicoryRuntime(ChicorySettings.defaults()),
                "wasmtime", new WasmtimeRuntime(wasmtime(settings, data))));
    AddressPolicy addresses = addresses(settings);
    // In this order: the first use of the JDK's client decides what headers it lets through.
    HttpCaller http = new HttpCaller(addresses, HostResolver.system(), clock);
    ExecutionDirectories directories =
        new ExecutionDirectories(
            settings.optional(Setting.EXEC_DATA).map(Path::of).orElse(files), clock);
    return new BlockServices(
        wasm,
        http,
        grpc(settings),
        new ExecCaller(exec(settings), directories),
        new AgentCaller(agents(settings), addresses::allows, clock),
        directories);
  }

  private static AgentDefaults agents(Settings settings) {
    Optional<URI> url =
        settings.optional(Setting.AGENT_URL).isPresent()
            ? Optional.of(settings.parsed(Setting.AGENT_URL, AgentDefaults::url))
            : Optional.empty();
    return new AgentDefaults(
        url,
        settings.optional(Setting.AGENT_MODEL),
        Optional.ofNullable(settings.secrets().get(AGENT_KEY)));
  }

  private static AddressPolicy addresses(Settings settings) {
    boolean linkLocal = settings.parsed(Setting.HTTP_LINK_LOCAL, BlockServices::yesOrNo);
    return linkLocal ? AddressPolicy.any() : AddressPolicy.services();
  }

  private static boolean yesOrNo(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is true or false");
    };
  }

  private static GrpcCaller grpc(Settings settings) {
    return settings.parsed(
        Setting.GRPC_CA,
        file ->
            new GrpcCaller(
                Optional.of(file).filter(name -> !name.isBlank()).map(Path::of), System::nanoTime));
  }

  private static ExecSettings exec(Settings settings) {
    return new ExecSettings(
        ExecPolicy.of(
            settings.parsed(Setting.EXEC_ALLOW, ExecPolicy::programs),
            ExecPolicy.images(settings.text(Setting.EXEC_IMAGES)),
            System.getenv().getOrDefault("PATH", "")),
        settings.optional(Setting.EXEC_RUNTIME),
        settings.number(Setting.EXEC_PROCESSES, 1, 10_000),
        System.getenv());
  }

  private static WasmtimeSettings wasmtime(Settings settings, Path data) {
    WasmtimeSettings usual = WasmtimeSettings.defaults(data.resolve("wasmtime"));
    return new WasmtimeSettings(
        usual.libraryDirectory(),
        settings.number(Setting.WASMTIME_WORKERS, 1, 64),
        usual.idleTimeout(),
        usual.workerHeapMiB(),
        usual.maxOutputBytes());
  }

  @Override
  public void close() {
    exec.close();
    grpc.close();
    agents.close();
    http.close();
    wasm.close();
  }
}
