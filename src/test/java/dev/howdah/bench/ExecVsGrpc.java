package dev.howdah.bench;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.examples.energy.EnergyNode;
import dev.howdah.examples.energy.EnergyProgram;
import dev.howdah.examples.energy.EnergyServers;
import dev.howdah.json.Json;
import dev.howdah.worker.Addresses;
import dev.howdah.worker.exec.ExecCaller;
import dev.howdah.worker.exec.ExecFiles;
import dev.howdah.worker.exec.ExecPolicy;
import dev.howdah.worker.exec.ExecSettings;
import dev.howdah.worker.exec.ExecSpec;
import dev.howdah.worker.exec.ExecutionDirectories;
import dev.howdah.worker.exec.ExitCodes;
import dev.howdah.worker.exec.Program;
import dev.howdah.worker.grpc.GrpcCall;
import dev.howdah.worker.grpc.GrpcCaller;
import dev.howdah.worker.grpc.ProtoSchema;
import dev.howdah.worker.grpc.Target;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Compares a program with a service that does the same, the analyzer of the energy example: call by
 * call, and as a durable pipeline of three steps.
 */
final class ExecVsGrpc {
  private static final int CALLERS = 8;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Path HOME = Path.of(System.getProperty("howdah.home"));
  private static final Path EXPECTED = HOME.resolve("src/test/resources/energy");
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** The programs run as they are measured to run fastest, which is not what java does alone. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private record Row(String name, Figures one, Figures many) {}

  private static double seconds;
  private static double warmUp;

  private ExecVsGrpc() {}

  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    seconds = args.length > 0 ? Double.parseDouble(args[0]) : 10;
    warmUp = args.length > 1 ? Double.parseDouble(args[1]) : 5;
    try (Scratch scratch = Scratch.make()) {
      measure(scratch);
    }
  }

  private static void measure(Scratch scratch) throws Exception {
    Path data = scratch.in("data");
    Files.copy(EXPECTED.resolve("energy_data.csv"), data.resolve("energy_data.csv"));
    Files.copy(EXPECTED.resolve("output1.json"), data.resolve("output1.json"));
    List<Row> calls = new ArrayList<>();
    List<Row> pipelines = new ArrayList<>();
    try (Servers servers = Servers.start(data)) {
      calls.add(bareProcess(scratch));
      calls.add(program(scratch));
      calls.add(service(servers, GrpcCall.Health.SERVER, "(c) the service, asked for its health"));
      calls.add(service(servers, GrpcCall.Health.OFF, "(d) the service, not asked"));
      pipelines.add(programs(scratch));
      pipelines.add(services(scratch, servers));
    }
    System.out.println();
    System.out.println("Milliseconds; " + seconds + " s each after " + warmUp + " s.");
    System.out.println();
    print("One call of the analyzer, 20 rows", calls);
    System.out.println();
    print("The pipeline of three, durable, over HTTP", pipelines);
    Row exec = calls.get(1);
    Row grpc = calls.get(2);
    System.out.printf(
        "%nexec_p50_ms=%.1f grpc_p50_ms=%.2f ratio=%.0f process_p50_ms=%.2f exec_per_s=%.1f"
            + " grpc_per_s=%.0f pipeline_exec_p50_ms=%.1f pipeline_grpc_p50_ms=%.2f"
            + " pipeline_ratio=%.0f pipeline_exec_per_s=%.2f pipeline_grpc_per_s=%.0f%n",
        exec.one().p50(),
        grpc.one().p50(),
        exec.one().p50() / grpc.one().p50(),
        calls.get(0).one().p50(),
        exec.many().perSecond(),
        grpc.many().perSecond(),
        pipelines.get(0).one().p50(),
        pipelines.get(1).one().p50(),
        pipelines.get(0).one().p50() / pipelines.get(1).one().p50(),
        pipelines.get(0).many().perSecond(),
        pipelines.get(1).many().perSecond());
  }

  private static void print(String title, List<Row> rows) {
    System.out.println(title);
    System.out.println(Figures.header(CALLERS));
    rows.forEach(row -> System.out.println(row.many().row(row.name(), row.one())));
  }

  private static Row load(String name, IntFunction<Load.Call> caller) throws Exception {
    Load.run(CALLERS, warmUp, caller);
    Figures one = Load.run(1, seconds, caller);
    Figures many = Load.run(CALLERS, seconds, caller);
    System.out.println(name + ": " + many.row("", one).strip());
    return new Row(name, one, many);
  }

  /** All that this process has, as it is from anywhere. */
  private static String allClasses() {
    List<String> absolute = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      absolute.add(HOME.resolve(part).toString());
    }
    return String.join(File.pathSeparator, absolute);
  }

  /** No more than the programs need, which start faster so. */
  private static String fewClasses() {
    List<String> places = new ArrayList<>();
    for (Class<?> needed :
        List.of(EnergyProgram.class, JsonMapper.class, JsonFactory.class, JsonAutoDetect.class)) {
      places.add(needed.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
    return String.join(File.pathSeparator, places);
  }

  private static ExecCaller exec(Path files) {
    String path = System.getenv("PATH");
    return new ExecCaller(
        new ExecSettings(
            ExecPolicy.of(List.of("true", JAVA), List.of(), path),
            Optional.empty(),
            CALLERS,
            Map.of("PATH", path)),
        new ExecutionDirectories(files, InstantSource.system()),
        files.resolveSibling("runs"));
  }

  private static ExecSpec spec(List<String> command, int caller) {
    return new ExecSpec(
        new Program.Local(command),
        Map.of(),
        Optional.empty(),
        new byte[0],
        ExecFiles.NONE,
        TIMEOUT,
        1 << 20,
        ExitCodes.of(List.of(0), List.of()),
        "caller-" + caller,
        "caller-" + caller + ":bench:1");
  }

  private static Row bareProcess(Scratch scratch) throws Exception {
    try (ExecCaller exec = exec(scratch.in("bare"))) {
      return load(
          "(a) the program \"true\", which does nothing",
          i -> () -> exec.call(spec(List.of("true"), i)).get());
    }
  }

  private static List<String> command(EnergyNode node) {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", fewClasses(), EnergyProgram.class.getName(), node.id()));
    return command;
  }

  private static Row program(Scratch scratch) throws Exception {
    Path files = scratch.in("programs");
    for (int i = 0; i < CALLERS; i++) {
      Path directory = Files.createDirectories(files.resolve("caller-" + i));
      Files.copy(EXPECTED.resolve("output1.json"), directory.resolve("output1.json"));
    }
    try (ExecCaller exec = exec(files)) {
      return load(
          "(b) the program, a Java process each",
          i ->
              () -> {
                String said = exec.call(spec(command(EnergyNode.ANALYZER), i)).get().text();
                if (!said.startsWith("analyzed 18 of 20 rows")) {
                  throw new IOException(said);
                }
              });
    }
  }

  private static Row service(Servers servers, GrpcCall.Health health, String name)
      throws Exception {
    Path contract = HOME.resolve("designs/modules/container_executor.proto");
    ProtoSchema schema =
        ProtoSchema.read("contract.proto", Files.readAllBytes(contract), n -> Optional.empty());
    Target target = Target.of(servers.address(EnergyNode.ANALYZER), false);
    try (GrpcCaller grpc =
        new GrpcCaller(Addresses.ofServices(), Optional.empty(), System::nanoTime)) {
      return load(
          name,
          i ->
              () -> {
                JsonNode request =
                    Json.MAPPER
                        .createObjectNode()
                        .put("inputFile", "/data/output1.json")
                        .put("outputFile", "/data/analyzed-" + i + ".json");
                JsonNode response =
                    grpc.call(
                            new GrpcCall(
                                target,
                                "ContainerExecutor/Execute",
                                Optional.of(schema),
                                request,
                                Map.of(),
                                health,
                                TIMEOUT,
                                1 << 20,
                                "bench"))
                        .get();
                if (!response.path("success").booleanValue()) {
                  throw new IOException(response.toString());
                }
              });
    }
  }

  private static Row programs(Scratch scratch) throws Exception {
    String design =
        Files.readString(HOME.resolve("designs/energy-files.yaml"))
            .replace(
                "\"${ $input.java }\", -cp",
                "\"${ $input.java }\", " + String.join(", ", FLAGS) + ", -cp");
    String input =
        Json.write(
            Json.MAPPER
                .createObjectNode()
                .put("java", JAVA)
                .put("classes", fewClasses())
                .put("measurements", Files.readString(EXPECTED.resolve("energy_data.csv"))));
    String report =
        Json.write(TextNode.valueOf(Files.readString(EXPECTED.resolve("energy_report.csv"))));
    Path data = scratch.in("exec").resolve("data");
    try (HowdahProcess serve = HowdahProcess.serve(data, 0, "-D", "howdah.exec.allow=" + JAVA)) {
      deploy(serve, "energy-files", design);
      return load("(e) three programs", i -> caller(serve, "energy-files", input, report));
    }
  }

  private static Row services(Scratch scratch, Servers servers) throws Exception {
    String input =
        Json.write(
            Json.MAPPER
                .createObjectNode()
                .put("generator", servers.address(EnergyNode.GENERATOR))
                .put("analyzer", servers.address(EnergyNode.ANALYZER))
                .put("reporter", servers.address(EnergyNode.REPORTER)));
    String said = "{\"success\":true,\"message\":\"reported 18 rows in energy_report.csv\"}";
    Path data = scratch.in("grpc").resolve("data");
    try (HowdahProcess serve = HowdahProcess.serve(data, 0)) {
      serve.ok(
          "PUT",
          "/api/modules/modules/container_executor.proto",
          Files.readString(HOME.resolve("designs/modules/container_executor.proto")),
          "application/octet-stream");
      deploy(
          serve, "energy-pipeline", Files.readString(HOME.resolve("designs/energy-pipeline.yaml")));
      return load("(f) three services", i -> caller(serve, "energy-pipeline", input, said));
    }
  }

  private static void deploy(HowdahProcess serve, String id, String design) throws Exception {
    serve.ok("POST", "/api/designs", design, "application/yaml");
    serve.ok(
        "POST",
        "/api/deployments",
        "{\"design_id\": \"%1$s\", \"endpoint_path\": \"%1$s\"}".formatted(id),
        "application/json");
  }

  private static Load.Call caller(HowdahProcess serve, String path, String input, String expected) {
    return new Caller(serve.port(), "/api/deployed/" + path, input, expected);
  }

  /** The services in a process of their own, as those of the programs are. */
  private record Servers(Process process, Map<String, String> addresses) implements AutoCloseable {
    static Servers start(Path data) throws IOException {
      List<String> command = new ArrayList<>(List.of(JAVA));
      command.addAll(FLAGS);
      command.addAll(
          List.of("-cp", allClasses(), EnergyServers.class.getName(), data.toString(), "0"));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Map<String, String> addresses = new HashMap<>();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      while (addresses.size() < EnergyNode.values().length) {
        String line = out.readLine();
        if (line == null) {
          throw new IOException("the services did not start");
        }
        addresses.put(line.split(" ")[0], line.split(" ")[1]);
      }
      return new Servers(process, addresses);
    }

    String address(EnergyNode node) {
      return addresses.get(node.id());
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
