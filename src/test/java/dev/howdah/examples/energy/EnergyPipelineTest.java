package dev.howdah.examples.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Modules;
import dev.howdah.config.Settings;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.engine.StartRequest;
import dev.howdah.engine.flow.Ending;
import dev.howdah.engine.record.Rerun;
import dev.howdah.fault.Mistakes;
import dev.howdah.importer.AiEffect;
import dev.howdah.json.Json;
import dev.howdah.json.Value;
import dev.howdah.node.EngineNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline in all its forms gives the same files to the byte, and says what is wrong. */
class EnergyPipelineTest {
  private static final Path EXPECTED = Path.of("src/test/resources/energy");
  private static final Path DESIGNS = Path.of("designs");
  private static final Path CONFIGURATIONS = Path.of("examples/energy");
  private static final Modules MODULES = name -> ModuleFiles.find(DESIGNS, name);
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  /** A client of containers that knows one way to run them: as programs in the directory. */
  private static final String CLIENT =
      """
      #!/bin/sh
      [ "$1" = run ] || exit 0
      while [ "$1" != -v ]; do shift; done
      cd "${2%%:/data}"
      for image; do :; done
      exec '%s' -cp '%s' dev.howdah.examples.energy.EnergyProgram "$image"
      """;

  /** A Java whose analyzer does not run as long as there is a file, and which tells what it ran. */
  private static final String FRAIL_JAVA =
      """
      #!/bin/sh
      echo "$4" >> '%1$s/ran'
      [ "$4" != energy-analyzer ] || [ ! -e '%1$s/broken' ] || exit 3
      exec '%2$s' "$@"
      """;

  /** What an execution came to, and where its programs had their files. */
  private record Run(Ending ending, Path files) {}

  @TempDir static Path directory;
  private static EngineNode node;
  private static String measurements;

  @TempDir Path data;

  @BeforeAll
  static void start() throws Exception {
    measurements = Files.readString(EXPECTED.resolve("energy_data.csv"));
    Path client = program("client", CLIENT.formatted(JAVA, classes()));
    Path frail = program("java", FRAIL_JAVA.formatted(directory, JAVA));
    node =
        EngineNode.start(
            Settings.of(
                Map.of(
                    "howdah.data",
                    directory.resolve("data").toString(),
                    "howdah.broker.port",
                    "0",
                    "howdah.http.port",
                    "0",
                    "howdah.exec.allow",
                    JAVA + "," + frail,
                    "howdah.exec.images",
                    "energy-generator, energy-analyzer, energy-reporter",
                    "howdah.exec.container-runtime",
                    client.toString())),
            InstantSource.system(),
            true,
            fault -> {});
  }

  private static Path program(String name, String script) throws Exception {
    Path file = Files.writeString(directory.resolve(name), script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void giveServicesTheirInput() throws Exception {
    Files.writeString(data.resolve("energy_data.csv"), measurements);
  }

  private static String classes() {
    return System.getProperty("java.class.path");
  }

  private static Run run(String design, ObjectNode input) throws Exception {
    String plan = node.catalog().save("design.yaml", design, MODULES, false).plan();
    String id = node.engine().nextId();
    var ending = node.engine().endingOfNew(id);
    node.engine()
        .start(
            new StartRequest(
                Optional.empty(), plan, Value.of(input), "manual", "test", Optional.empty()),
            id)
        .get();
    return run(id, ending);
  }

  private static Run run(String id, CompletableFuture<Ending> ending) throws Exception {
    return new Run(
        ending.get(90, TimeUnit.SECONDS), directory.resolve("data/executions").resolve(id));
  }

  private static Run again(Run run, Rerun.Wish wish) throws Exception {
    String first = run.files().getFileName().toString();
    String id =
        node.engine()
            .rerun(
                node.store().executions().byId(first).orElseThrow(),
                Optional.empty(),
                wish,
                new Mistakes("request.invalid"))
            .get()
            .id();
    return run(id, node.engine().ending(id));
  }

  private static String result(Run run) {
    return assertInstanceOf(Ending.Completed.class, run.ending()).result().text();
  }

  private static Ending.Failed failure(Run run) {
    return assertInstanceOf(Ending.Failed.class, run.ending());
  }

  private static void assertFiles(Path files) throws Exception {
    for (String name : List.of("output1.json", "output2.json", "energy_report.csv")) {
      assertEquals(
          -1, Files.mismatch(EXPECTED.resolve(name), files.resolve(name)), name + " differs");
    }
  }

  private static Run programs(String measurements) throws Exception {
    return programs(JAVA, measurements);
  }

  private static Run programs(String java, String measurements) throws Exception {
    return run(
        Files.readString(DESIGNS.resolve("energy-files.yaml")),
        Json.MAPPER
            .createObjectNode()
            .put("java", java)
            .put("classes", classes())
            .put("measurements", measurements));
  }

  private static Run services(EnergyServers servers) throws Exception {
    Map<String, String> addresses = servers.addresses();
    return run(
        Files.readString(DESIGNS.resolve("energy-pipeline.yaml")),
        Json.MAPPER
            .createObjectNode()
            .put("generator", addresses.get("energy-generator"))
            .put("analyzer", addresses.get("energy-analyzer"))
            .put("reporter", addresses.get("energy-reporter")));
  }

  private static String imported(String configuration) throws Exception {
    return AiEffect.read("pipeline.json", configuration).text();
  }

  @Test
  void programsGiveTheFilesToTheByte() throws Exception {
    Run run = programs(measurements);
    assertEquals(
        Files.readString(EXPECTED.resolve("energy_report.csv")),
        Json.read(result(run)).textValue());
    assertFiles(run.files());
  }

  @Test
  void programsGoOnFromTheOneThatFailedAndGiveTheFilesToTheByte() throws Exception {
    Path broken = Files.createFile(directory.resolve("broken"));
    Run failed = programs(directory.resolve("java").toString(), measurements);
    assertEquals("analyze", failure(failed).path());
    Rerun.Wish goesOn =
        new Rerun.Wish(Optional.empty(), Optional.empty(), Map.of(), Map.of(), "test");
    Run failedAgain = again(failed, goesOn);
    assertEquals("analyze", failure(failedAgain).path());
    Files.delete(broken);

    Run run = again(failedAgain, goesOn);

    assertEquals(
        Files.readString(EXPECTED.resolve("energy_report.csv")),
        Json.read(result(run)).textValue());
    assertFiles(run.files());
    assertEquals(
        List.of(
            "energy-generator",
            "energy-analyzer",
            "energy-analyzer",
            "energy-analyzer",
            "energy-reporter"),
        Files.readAllLines(directory.resolve("ran")));
    assertFalse(Files.exists(failed.files().resolve("output2.json")));
    assertFalse(Files.exists(failedAgain.files().resolve("output2.json")));
  }

  @Test
  void servicesGiveTheFilesToTheByte() throws Exception {
    try (EnergyServers servers = EnergyServers.start(data, 0)) {
      assertEquals(
          "{\"success\":true,\"message\":\"reported 18 rows in energy_report.csv\"}",
          result(services(servers)));
    }
    assertFiles(data);
  }

  @Test
  void importedContainersGiveTheFilesToTheByte() throws Exception {
    Run run =
        run(
            imported(Files.readString(CONFIGURATIONS.resolve("containers.json"))),
            Json.MAPPER.createObjectNode().put("energy_data.csv", measurements));
    assertEquals(
        Files.readString(EXPECTED.resolve("energy_report.csv")),
        Json.read(result(run)).textValue());
    assertFiles(run.files());
  }

  @Test
  void importedCommandsGiveTheFilesToTheByte() throws Exception {
    String program = "'%s' -cp '%s' %s".formatted(JAVA, classes(), EnergyProgram.class.getName());
    ObjectNode workflow =
        (ObjectNode) Json.read(Files.readString(CONFIGURATIONS.resolve("containers.json")));
    workflow
        .get("containers")
        .forEach(
            container ->
                ((ObjectNode) container)
                    .put(
                        "command",
                        "%s %s ${DATA}/%s ${DATA}/%s"
                            .formatted(
                                program,
                                container.get("id").textValue(),
                                container.get("input_file").textValue(),
                                container.get("output_file").textValue())));
    Run run =
        run(
            imported(Json.write(workflow)),
            Json.MAPPER.createObjectNode().put("energy_data.csv", measurements));
    result(run);
    assertFiles(run.files());
  }

  @Test
  void importedServicesGiveTheFilesToTheByte() throws Exception {
    try (EnergyServers servers = EnergyServers.start(data, 0)) {
      ObjectNode workflow =
          (ObjectNode) Json.read(Files.readString(CONFIGURATIONS.resolve("services.json")));
      servers.addresses().forEach(((ObjectNode) workflow.get("service_registry"))::put);
      result(run(imported(Json.write(workflow)), Json.MAPPER.createObjectNode()));
    }
    assertFiles(data);
  }

  @Test
  void theAnalyzerSaysWhichRowsItSkipped() throws Exception {
    Path input = Files.copy(EXPECTED.resolve("output1.json"), data.resolve("output1.json"));
    assertEquals(
        "analyzed 18 of 20 rows; skipped row 4 (no household_id), row 11 (no household_id)",
        EnergyNode.ANALYZER.service().execute(input, data.resolve("output2.json")));
  }

  @Test
  void aProgramThatFailsStopsTheRestAndKeepsWhatWasMade() throws Exception {
    Run run =
        programs(
            """
            timestamp,household_id,power_consumption,voltage,current
            2025-06-01T10:00:00Z,,4.5,220,10
            2025-06-01T10:05:00Z,H002,null,230,11
            2025-06-01T10:10:00Z,H003,5.5,high,9
            2025-06-01T10:15:00Z,H004,5.5,NaN,9
            2025-06-01T10:20:00Z,H005,5.5,0,9
            2025-06-01T10:25:00Z,H006
            """);
    Ending.Failed failed = failure(run);
    assertEquals("analyze", failed.path());
    assertEquals("exec.exit", failed.fault().code());
    assertTrue(
        failed
            .fault()
            .message()
            .endsWith(
                "energy-analyzer: no row of output1.json can be analyzed: row 1 (no household_id),"
                    + " row 2 (no power_consumption), row 3 (voltage is no number: high), row 4"
                    + " (voltage is no number: NaN), row 5 (voltage times current is 0), row 6 (no"
                    + " power_consumption)"),
        failed.fault().message());
    assertTrue(Files.exists(run.files().resolve("output1.json")));
    assertFalse(Files.exists(run.files().resolve("output2.json")));
    assertFalse(Files.exists(run.files().resolve("energy_report.csv")));
  }

  @Test
  void aServiceThatHasNoSuccessStopsTheRestAndNamesTheFile() throws Exception {
    Files.delete(data.resolve("energy_data.csv"));
    try (EnergyServers servers = EnergyServers.start(data, 0)) {
      Ending.Failed failed = failure(services(servers));
      assertEquals("generate", failed.path());
      assertEquals("grpc.failed", failed.fault().code());
      assertTrue(
          failed.fault().message().contains("there is no file energy_data.csv"),
          failed.fault().message());
    }
    assertFalse(Files.exists(data.resolve("output1.json")));
  }

  @Test
  void aServiceReachesNoFileButItsOwn() throws Exception {
    try (EnergyServers servers = EnergyServers.start(data, 0)) {
      String outside =
          Files.readString(DESIGNS.resolve("energy-pipeline.yaml"))
              .replace("/data/energy_data.csv", "/data/../energy_data.csv")
              .replace("${ $input.generator }", servers.addresses().get("energy-generator"))
              .replace("required: [generator, analyzer, reporter]", "required: []");
      Ending.Failed failed = failure(run(outside, Json.MAPPER.createObjectNode()));
      assertTrue(failed.fault().message().contains("is not below /data/"), failed.toString());
    }
  }
}
