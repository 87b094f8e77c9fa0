package dev.howdah.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.howdah.block.spi.Kinds;
import dev.howdah.deploy.DesignCatalog;
import dev.howdah.deploy.ModuleFiles;
import dev.howdah.design.Document;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.design.Problem;
import dev.howdah.graph.Surroundings;
import dev.howdah.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Dgolden.update=true} writes the expected designs anew, to be read and committed. */
class AiEffectTest {
  private static final Path EXAMPLES = Path.of("examples/energy");
  private static final Path GOLDEN = Path.of("src/test/resources/import");

  @ParameterizedTest
  @ValueSource(strings = {"containers", "services"})
  void theDesignIsAsItWasRead(String name) throws Exception {
    Path file = EXAMPLES.resolve(name + ".json");
    String design = AiEffect.read(file.toString(), Files.readString(file)).text();
    Path golden = GOLDEN.resolve(name + ".yaml");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, design);
    }
    assertEquals(Files.readString(golden), design);
    check(design);
  }

  /** The design passes every check that a design must pass to be run. */
  private static JsonNode check(String design) {
    DesignCatalog.check(
        "imported.yaml",
        design,
        new Surroundings(
            Kinds.installed(), name -> ModuleFiles.find(Path.of("designs"), name), other -> true));
    return Document.parse("imported.yaml", design).root();
  }

  @Test
  void theContractComesAlongWithServices() throws Exception {
    Path file = EXAMPLES.resolve("services.json");
    Map<String, String> modules = AiEffect.read(file.toString(), Files.readString(file)).modules();
    assertEquals(
        Map.of(
            "modules/container_executor.proto",
            Files.readString(Path.of("designs/modules/container_executor.proto"))),
        modules);
  }

  private static ObjectNode container(String id, String command, String... dependsOn) {
    ObjectNode container = Json.MAPPER.createObjectNode().put("id", id).put("command", command);
    ArrayNode others = container.putArray("depends_on");
    List.of(dependsOn).forEach(others::add);
    return container;
  }

  private static String workflow(ObjectNode... containers) {
    ObjectNode workflow = Json.MAPPER.createObjectNode().put("workflow_name", "test");
    workflow.putArray("containers").addAll(List.of(containers));
    return Json.write(workflow);
  }

  private static JsonNode imported(ObjectNode... containers) {
    return check(AiEffect.read("pipeline.json", workflow(containers)).text());
  }

  /** The data of the only block. */
  private static JsonNode data(String command) {
    return imported(container("only", command)).at("/blocks/0/data");
  }

  private static List<String> connections(JsonNode design) {
    List<String> connections = new ArrayList<>();
    design
        .get("connections")
        .forEach(
            c -> connections.add(c.get("source").asText() + " -> " + c.get("target").asText()));
    return connections;
  }

  private static List<String> ids(JsonNode design) {
    return design.get("blocks").findValuesAsText("id");
  }

  @Test
  void dependenciesBecomeConnectionsAndBlocksAreInTheirOrder() {
    JsonNode design =
        imported(
            container("join", "join", "left", "right"),
            container("left", "left", "first"),
            container("right", "right", "first"),
            container("first", "first"),
            container("aside", "aside"));
    assertEquals(List.of("first", "left", "right", "join", "aside"), ids(design));
    assertEquals(
        List.of("first -> left", "first -> right", "left -> join", "right -> join"),
        connections(design));
  }

  @Test
  void containersThatDependOnNobodyAreNotPutInARow() {
    assertEquals(List.of(), connections(imported(container("a", "a"), container("b", "b"))));
  }

  @Test
  void whoReadsAFileRunsAfterTheOneThatWritesIt() {
    JsonNode design =
        imported(
            container("reader", "r").put("input_file", "/data/out.json"),
            container("writer", "w").put("input_file", "in.csv").put("output_file", "out.json"));
    assertEquals(List.of("writer -> reader"), connections(design));
    assertEquals("${ $input[\"in.csv\"] }", design.at("/blocks/0/data/files/in.csv").asText());
    assertEquals("in.csv", design.at("/input/required/0").asText());
    assertTrue(design.at("/blocks/1/data/files").isMissingNode(), design.toString());
  }

  @Test
  void theFileThatNobodyWaitsForIsTheResult() {
    JsonNode design =
        imported(
            container("first", "f").put("output_file", "mid.csv"),
            container("last", "l", "first").put("output_file", "end.csv"));
    assertTrue(design.at("/blocks/0/data/outputFile").isMissingNode(), design.toString());
    assertEquals("end.csv", design.at("/blocks/1/data/outputFile").asText());
  }

  @Test
  void aContainerMayTakeLong() {
    JsonNode design =
        imported(container("a", "a"), container("b", "b").put("timeout_seconds", 7200));
    assertEquals("600s", design.at("/blocks/0/timeout").asText());
    assertEquals("7200s", design.at("/blocks/1/timeout").asText());
  }

  @Test
  void aCommandBecomesArgumentsThatNoShellSees() {
    assertEquals(
        "[\"python3\",\"-c\",\"print('a b')\",\"$DATA/in.csv\",\"$${x}\"]",
        data("python3 -c \"print('a b')\" ${DATA}/in.csv '${x}'").get("command").toString());
    JsonNode assigned = data("MODE=fast LEVEL='a b' gen --all");
    assertEquals("[\"gen\",\"--all\"]", assigned.get("command").toString());
    assertEquals("{\"MODE\":\"fast\",\"LEVEL\":\"a b\"}", assigned.get("env").toString());
  }

  @Test
  void whatDockerIsToldHasItsCounterpart() {
    JsonNode data =
        data(
            "/usr/bin/docker run --rm -it --name gen -v \"${DATA}\":/data:rw -e MODE=fast"
                + " --env=OUT=${DATA}/x -eDATA=/data -w /data/work registry:5000/gen:2 --in"
                + " ${DATA}/a.csv --out=${DATA}/b");
    assertEquals("registry:5000/gen:2", data.get("image").asText());
    assertEquals("[\"--in\",\"$DATA/a.csv\",\"--out=/data/b\"]", data.get("command").toString());
    assertEquals("{\"MODE\":\"fast\",\"OUT\":\"/data/x\"}", data.get("env").toString());
    assertEquals("/data/work", data.get("workingDirectory").asText());
  }

  @Test
  void otherUsesOfDockerAreAProgramLikeAnyOther() {
    assertEquals(
        "[\"docker\",\"compose\",\"run\",\"gen\"]",
        data("docker compose run gen").get("command").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '^',
      value = {
        "docker run -v /home:/home gen ! 12 ! the mount /home:/home ! write -v ${DATA}:/data",
        "docker run -v ${DATA}:/in gen ! 12 ! the mount ${DATA}:/in ! write -v ${DATA}:/data",
        "docker run --network host gen ! 12 ! the option --network ! remove it",
        "docker run --rm --memory=1g gen ! 17 ! the option --memory ! remove it",
        "docker run -e TOKEN gen ! 12 ! the variable TOKEN ! write its value",
        "docker run -w work gen ! 12 ! is not absolute ! absolute path",
        "docker run --rm ! 1 ! no image ! write the image",
        "docker run -e ! 12 ! has no value ! write its value",
        "python3 --in=${DATA}/x ! 9 ! ${DATA} stands inside ! argument of its own",
        "./gen a ! 1 ! can be found ! absolute path",
        "${DATA}/gen ! 1 ! can be found ! absolute path",
        "A=${DATA} gen ! 1 ! cannot hold ! leave it out",
        "A=1 B=2 ! 1 ! names no program ! write the program",
        "^^ ! 0 ! is empty ! write the program",
        "gen | tee log ! 5 ! ^\"|\"^ ! a container of its own"
      })
  void whatHasNoCounterpartIsReportedWhereItStands(
      String command, int column, String message, String cure) {
    String text = workflow(container("only", command));
    Problem problem = problems(text).get(0);
    // The column of the value is that of its quote.
    assertEquals(
        text.indexOf("\"command\":") + 11 + column, problem.position().column(), problem::toString);
    assertTrue(problem.message().contains(message), problem::toString);
    assertTrue(problem.cure().contains(cure), problem::toString);
    assertEquals(1, problems(text).size(), () -> problems(text).toString());
  }

  private static List<Problem> problems(String text) {
    return assertThrows(InvalidDesignException.class, () -> AiEffect.read("pipeline.json", text))
        .problems();
  }

  private static void assertProblems(String text, String... expected) {
    List<String> found = problems(text).stream().map(Problem::toString).toList();
    assertEquals(List.of(expected), found, () -> String.join("\n", found));
  }

  @Test
  void everythingThatIsWrongWithContainersIsReportedAtOnce() {
    assertProblems(
        """
        {"workflow_name": "p", "containers": [
          {"id": "1st", "command": "a", "output_file": "x"},
          {"id": "reader", "command": "b", "depends_on": ["1st", "writr"]},
          {"id": "writer", "command": "c", "output_file": "x"},
          {"id": "reader", "command": "d"},
          {"id": "far", "command": "e", "input_file": "/etc/passwd"},
          {"id": "deep", "command": "f", "input_file": "in/a.csv"},
          {"id": "slow", "command": "g", "timeout_seconds": 0, "name": null}
        ]}
        """,
        "pipeline.json:2:10: \"1st\" cannot be the id of a block. Start with a letter and use"
            + " letters, digits, _ and -, at most 63 characters.",
        "pipeline.json:3:58: \"reader\" depends on \"writr\", which is no container. Did you mean"
            + " \"writer\"?",
        "pipeline.json:4:51: \"x\" is the output_file of \"1st\" already. Let each container write"
            + " a file of its own.",
        "pipeline.json:5:10: There is another container \"reader\". Give each an id of its own.",
        "pipeline.json:6:47: \"/etc/passwd\" is not in the shared directory. Write the name of a"
            + " file in it.",
        "pipeline.json:7:48: Nobody writes \"in/a.csv\", and what comes with an execution is in"
            + " /data itself. Leave out the directory.",
        "pipeline.json:8:53: 0 seconds are no time to run. Write at least 1.");
  }

  @Test
  void aCycleIsShown() {
    String text =
        workflow(
            container("start", "s"),
            container("a", "a", "b"),
            container("b", "b", "c", "start"),
            container("c", "c", "a"),
            container("behind", "d", "c"));
    List<Problem> problems = problems(text);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).message().contains("a -> b -> c -> a"), problems::toString);
    assertTrue(
        problems(workflow(container("me", "m", "me"))).get(0).message().contains("me -> me"));
  }

  @Test
  void whatIsNotUnderstoodIsNotLeftOut() {
    assertProblems(
        """
        {"workflow_name": "p",
         "containers": [{"id": "a", "command": "a", "dependson": [], "timeout_seconds": 0}]}
        """,
        "pipeline.json:2:45: There is no setting \"dependson\" here. Did you mean"
            + " \"depends_on\"?");
    assertProblems(
        "{\"workflow_name\": \"p\", \"nodes\": []}",
        "pipeline.json:1:1: This is no pipeline of AI-Effect: it has no \"containers\". List the"
            + " containers, or give them by name together with start_node and service_registry.");
  }

  @Test
  void everythingThatIsWrongWithServicesIsReportedAtOnce() {
    assertProblems(
        """
        {"workflow_name": "p", "start_node": "a",
         "service_registry": {"a": "localhost", "c": "localhost:1", "d": "localhost:2"},
         "containers": {
           "a": {"input_file": "i", "output_file": "o", "next_node": "b"},
           "b": {"input_file": "i", "output_file": "o", "next_node": "cc"},
           "c": {"id": "cc", "input_file": "i", "output_file": "o"},
           "2d": {"input_file": "i", "output_file": "o"}
        }}
        """,
        "pipeline.json:2:22: There is no service for the container \"2d\". Add \"2d\":"
            + " \"host:port\".",
        "pipeline.json:2:22: There is no service for the container \"b\". Add \"b\":"
            + " \"host:port\".",
        "pipeline.json:2:28: \"localhost\" is no address of a service. Write host:port, such as"
            + " localhost:50051.",
        "pipeline.json:5:62: \"cc\" is no container. Use one of a, b, c, 2d.",
        "pipeline.json:6:9: The container \"c\" is never called. Name it in the next_node of"
            + " another, or remove it.",
        "pipeline.json:6:16: The container \"c\" calls itself \"cc\". Use one id, which others"
            + " name in next_node.",
        "pipeline.json:7:10: \"2d\" cannot be the id of a block. Start with a letter and use"
            + " letters, digits, _ and -, at most 63 characters.",
        "pipeline.json:7:10: The container \"2d\" is never called. Name it in the next_node of"
            + " another, or remove it.");
  }

  @Test
  void servicesThatCallEachOtherForEverAreReported() {
    assertProblems(
        """
        {"workflow_name": "p", "start_node": "a",
         "service_registry": {"a": "localhost:1", "b": "localhost:2", "c": "localhost:3"},
         "containers": {
           "a": {"input_file": "i", "output_file": "o", "next_node": "b"},
           "b": {"input_file": "i", "output_file": "o", "next_node": "c"},
           "c": {"input_file": "i", "output_file": "o", "next_node": "b"}
        }}
        """,
        "pipeline.json:6:62: The containers call each other for ever: b -> c -> b. Remove this"
            + " next_node, or put what repeats into a loop block after the import.");
  }

  @Test
  void servicesAreOnlyCalledOverGrpc() {
    String text =
        """
        {"workflow_name": "p", "start_node": "a", "execution_mode": "docker",
         "service_registry": {}, "containers": {}}
        """;
    assertEquals("\"docker\" is not a valid execution_mode", problems(text).get(0).message());
  }
}
