package dev.howdah.node;

import dev.howdah.block.spi.Kinds;
import dev.howdah.block.spi.LeafKind;
import dev.howdah.block.spi.Modules;
import dev.howdah.block.spi.Services;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.config.Setting;
import dev.howdah.config.Settings;
import dev.howdah.worker.AddressPolicy;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.HostResolver;
import dev.howdah.worker.agent.AgentCaller;
import dev.howdah.worker.agent.AgentDefaults;
import dev.howdah.worker.camel.CamelCaller;
import dev.howdah.worker.camel.CamelPolicy;
import dev.howdah.worker.exec.ExecCaller;
import dev.howdah.worker.exec.ExecPolicy;
import dev.howdah.worker.exec.ExecSettings;
import dev.howdah.worker.exec.ExecutionDirectories;
import dev.howdah.worker.grpc.GrpcCaller;
import dev.howdah.worker.http.HttpCaller;
import dev.howdah.worker.kafka.KafkaCaller;
import dev.howdah.worker.wasm.ChicoryRuntime;
import dev.howdah.worker.wasm.ChicorySettings;
import dev.howdah.worker.wasm.WasmRuntimes;
import dev.howdah.worker.wasm.WasmtimeRuntime;
import dev.howdah.worker.wasm.WasmtimeSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/** What the blocks of a process work with, opened once and closed with it. */
record BlockServices(
    WasmRuntimes wasm,
    HttpCaller http,
    GrpcCaller grpc,
    ExecCaller exec,
    AgentCaller agents,
    KafkaCaller kafka,
    ExecutionDirectories directories)
    implements AutoCloseable {

  /** The secret that is sent to {@code howdah.agent.url}. */
  private static final String AGENT_KEY = "agent_key";

  /** Where executions have their files. */
  private static final String EXECUTIONS = "executions";

  /** Where each process notes which programs it has under way. */
  private static final String RUNS = "runs";

  /**
   * @param cache where runtimes keep what they can make again
   * @param data the data directory, which holds the files of executions, unless the settings name
   *     another place, and the ledgers of programs under way
   * @param broker where the cluster is that Howdah uses itself, known when the first block runs
   */
  static BlockServices open(
      Settings settings,
      Path cache,
      Path data,
      Supplier<ClusterAccess> broker,
      InstantSource clock) {
    WasmRuntimes wasm =
        new WasmRuntimes(
            Map.of(
                "chicory", new ChicoryRuntime(ChicorySettings.defaults()),
                "wasmtime", new WasmtimeRuntime(wasmtime(settings, cache))));
    Addresses addresses = addresses(settings);
    ExecutionDirectories directories =
        new ExecutionDirectories(
            settings.optional(Setting.EXEC_DATA).map(Path::of).orElse(data.resolve(EXECUTIONS)),
            clock);
    return new BlockServices(
        wasm,
        new HttpCaller(addresses, clock),
        grpc(settings, addresses),
        new ExecCaller(exec(settings), directories, data.resolve(RUNS)),
        new AgentCaller(agents(settings), addresses, clock),
        new KafkaCaller(broker, KafkaAccess.others(settings), addresses),
        directories);
  }

  /** What camel blocks send with: the endpoints of a context, as far as the settings allow them. */
  static CamelCaller camel(Settings settings, Kinds kinds, CamelContext context) {
    return new CamelCaller(
        context, policy(settings, kinds), settings.number(Setting.CAMEL_THREADS));
  }

  static CamelPolicy policy(Settings settings, Kinds kinds) {
    Set<String> own = new HashSet<>(Set.of("stage"));
    kinds.all().stream()
        .filter(LeafKind.class::isInstance)
        .forEach(kind -> own.add(((LeafKind<?>) kind).scheme()));
    return settings.parsed(Setting.CAMEL_ALLOW, text -> CamelPolicy.parse(text, own));
  }

  /** All that the blocks of one design work with. */
  Services with(CamelCaller camel, Modules modules, InstantSource clock) {
    return new Services(modules, wasm, http, grpc, exec, agents, camel, kafka, clock);
  }

  static AgentDefaults agents(Settings settings) {
    Optional<URI> url =
        settings.optional(Setting.AGENT_URL).isPresent()
            ? Optional.of(settings.parsed(Setting.AGENT_URL, AgentDefaults::url))
            : Optional.empty();
    return new AgentDefaults(
        url,
        settings.optional(Setting.AGENT_MODEL),
        Optional.ofNullable(settings.secrets().get(AGENT_KEY)));
  }

  private static Addresses addresses(Settings settings) {
    boolean linkLocal =
        settings.parsed(Setting.LINK_LOCAL, text -> Boolean.parseBoolean(text.strip()));
    return new Addresses(
        linkLocal ? AddressPolicy.any() : AddressPolicy.services(), HostResolver.system());
  }

  private static GrpcCaller grpc(Settings settings, Addresses addresses) {
    return settings.parsed(
        Setting.GRPC_CA,
        file ->
            new GrpcCaller(
                addresses,
                Optional.of(file).filter(name -> !name.isBlank()).map(Path::of),
                System::nanoTime));
  }

  static ExecSettings exec(Settings settings) {
    return new ExecSettings(
        ExecPolicy.of(
            settings.parsed(Setting.EXEC_ALLOW, ExecPolicy::programs),
            ExecPolicy.images(settings.text(Setting.EXEC_IMAGES)),
            System.getenv().getOrDefault("PATH", "")),
        settings.optional(Setting.EXEC_RUNTIME),
        settings.number(Setting.EXEC_PROCESSES),
        System.getenv());
  }

  private static WasmtimeSettings wasmtime(Settings settings, Path cache) {
    WasmtimeSettings usual = WasmtimeSettings.defaults(cache.resolve("wasmtime"));
    return new WasmtimeSettings(
        usual.libraryDirectory(),
        settings.number(Setting.WASMTIME_WORKERS),
        usual.idleTimeout(),
        usual.workerHeapMiB(),
        usual.maxOutputBytes());
  }

  @Override
  public void close() {
    kafka.close();
    exec.close();
    grpc.close();
    agents.close();
    http.close();
    wasm.close();
  }
}
