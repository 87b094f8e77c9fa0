package dev.howdah.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people and scripts run them: what is printed where, and the exit code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandLineTest {
  private static final Path DESIGNS = Path.of("designs").toAbsolutePath();
  private static final Path GOLDEN = Path.of("src/test/resources/golden").toAbsolutePath();

  /** Two things wrong: one of form, one of the graph. */
  private static final String WRONG =
      """
      id: wrong
      timeout: 5
      blocks:
        - {id: a, type: transfrom, data: {value: 1}}
      """;

  @TempDir static Path directory;
  private final List<CommandProcess> opened = new ArrayList<>();
  private CommandProcess lonelyWorker;
  private CommandProcess works;
  private CommandProcess fails;

  /** They run while other tests do. */
  @BeforeAll
  void startWhatTakesItsTime() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    lonelyWorker =
        howdah(
            "worker",
            "--group=g",
            "--bootstrap-servers=localhost:" + nobody,
            "--data=" + directory.resolve("worker"));
    works = run(DESIGNS.resolve("fibonacci-chain.yaml"), "{\"param0\": 5}", "works");
    Path design =
        write(
            "fails.yaml",
            """
            id: fails
            blocks:
              - {id: works, type: transform, data: {value: 1}}
              - {id: broken, type: transform, data: {value: "${ error(\\"no luck\\") }"}}
            """);
    fails = run(design, "null", "fails");
  }

  @AfterAll
  void stopAll() {
    opened.forEach(CommandProcess::close);
  }

  private CommandProcess howdah(String... arguments) throws Exception {
    CommandProcess process = CommandProcess.start(directory, List.of(arguments));
    opened.add(process);
    return process;
  }

  private CommandProcess serve(Path data, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--data=" + data, "-D", "howdah.broker.port=0"));
    arguments.addAll(List.of(more));
    return howdah(arguments.toArray(String[]::new));
  }

  private CommandProcess run(Path design, String input, String data) throws Exception {
    return howdah(
        "run",
        design.toString(),
        "--input",
        input,
        "--data=" + directory.resolve(data),
        "-D",
        "howdah.broker.port=0");
  }

  private static Path write(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private static void awaitServing(CommandProcess serve) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> serve.err().contains("Howdah serves ") || !serve.isAlive());
    assertTrue(serve.isAlive(), serve::err);
  }

  /** It tells in one line what is wrong, and that is all it prints. */
  private static void assertFails(int code, CommandProcess process, String... told)
      throws Exception {
    assertEquals(code, process.exitCode(), process::err);
    assertEquals("", process.out());
    List<String> lines = process.err().lines().toList();
    assertEquals(1, lines.size(), process::err);
    for (String part : told) {
      assertTrue(lines.get(0).contains(part), () -> part + " is missing in: " + lines.get(0));
    }
  }

  @Test
  @Order(2)
  void runPrintsTheResultAloneOnStandardOutput() throws Exception {
    assertEquals(0, works.exitCode(), works::err);
    assertEquals("9227465\n", works.out());
    for (String step : List.of("first", "second", "third")) {
      assertTrue(works.err().contains("✓ " + step), works::err);
    }
  }

  @Test
  void runPrintsTheStepsOfADesignInsideTheStepThatRunsIt() throws Exception {
    write(
        "sub.yaml",
        """
        id: sub
        blocks:
          - {id: one, type: transform, data: {value: "${ . + 1 }"}}
          - {id: pause, type: sleep, data: {duration: 20ms}}
          - {id: two, type: transform, data: {value: "${ . * 2 }"}}
        """);
    Path design =
        write(
            "parent.yaml",
            """
            id: parent
            blocks:
              - {id: first, type: transform, data: {value: "${ . + 1 }"}}
              - {id: child, type: design, data: {design: sub}}
              - {id: last, type: transform, data: {value: "${ . }"}}
            """);
    CommandProcess run = run(design, "1", "parent");
    assertEquals(0, run.exitCode(), run::err);
    assertEquals("6\n", run.out());
    List<String> steps =
        run.err()
            .lines()
            .filter(line -> line.matches(" +[✓…] .*"))
            .map(line -> line.replaceAll("  default .*", ""))
            .toList();
    assertEquals(
        List.of(
            "  ✓ first",
            "  … child",
            "    ✓ child › one",
            "    … child › pause",
            "    ✓ child › pause",
            "    ✓ child › two",
            "  ✓ child",
            "  ✓ last"),
        steps,
        run::err);
  }

  @Test
  void aSecondRunWithTheSameDataSaysWhatToDo() throws Exception {
    Path design =
        write("doze.yaml", "id: doze\nblocks: [{id: nap, type: sleep, data: {duration: 1h}}]\n");
    CommandProcess first = run(design, "null", "shared");
    await().atMost(Duration.ofSeconds(60)).until(() -> first.err().contains("… nap"));
    assertFails(
        1,
        run(design, "null", "shared"),
        "shared is in use by process " + first.pid(),
        "give this one a directory of its own with --data");
  }

  @Test
  @Order(2)
  void runTellsWhyAnExecutionFailed() throws Exception {
    assertEquals(1, fails.exitCode(), fails::err);
    assertEquals("", fails.out());
    String last = fails.err().lines().reduce("", (before, line) -> line);
    assertTrue(last.startsWith("failed at broken: ") && last.contains("no luck"), fails::err);
  }

  @Test
  @Order(1)
  void whatIsWrongWithADesignOrItsInputIsToldBeforeAnythingStarts() throws Exception {
    Path wrong = write("wrong.yaml", WRONG);
    Path picky =
        write(
            "picky.yaml",
            """
            id: picky
            input: {type: object, required: [text]}
            blocks:
              - {id: a, type: transform, data: {value: "${ .text }"}}
            """);

    CommandProcess design = run(wrong, "null", "untouched");
    CommandProcess input = run(picky, "{}", "untouched");
    assertEquals(2, design.exitCode(), design::err);
    assertEquals("", design.out());
    assertEquals(
        List.of(
            wrong
                + ":2:10: \"timeout\" is a number without a unit."
                + " Write 5s for seconds or 5ms.",
            wrong
                + ":4:19: There is no block type \"transfrom\"."
                + " Did you mean \"transform\"?"),
        design.err().lines().toList());
    assertFails(2, input, "text", "required");
    assertFails(2, run(picky, "{text: 1}", "untouched"), "--input is not JSON", "write it as");
    assertFails(
        2, run(directory.resolve("nowhere.yaml"), "null", "untouched"), "nowhere.yaml is no file");
    assertTrue(Files.notExists(directory.resolve("untouched")));
  }

  @Test
  @Order(1)
  void validateTellsEveryProblemOfEveryFile() throws Exception {
    Path wrong = write("wrong-too.yaml", WRONG);
    Path broken = write("broken.yaml", "id: [\n");
    Path missing = directory.resolve("missing.yaml");
    Path good = DESIGNS.resolve("word-lengths.yaml");

    CommandProcess validate =
        howdah(
            "validate",
            wrong.toString(),
            good.toString(),
            missing.toString(),
            broken.toString(),
            DESIGNS.resolve("fibonacci-chain.yaml").toString());

    assertEquals(2, validate.exitCode(), validate::err);
    assertEquals(
        List.of(good + ": ok", DESIGNS.resolve("fibonacci-chain.yaml") + ": ok"),
        validate.out().lines().toList());
    List<String> problems = validate.err().lines().toList();
    assertEquals(4, problems.size(), validate::err);
    assertTrue(problems.get(0).startsWith(wrong + ":2:10: "), validate::err);
    assertTrue(problems.get(1).startsWith(wrong + ":4:19: "), validate::err);
    assertTrue(problems.get(2).contains(missing + " is no file"), validate::err);
    assertTrue(problems.get(3).startsWith(broken + ":2:1: "), validate::err);
  }

  @Test
  @Order(1)
  void compilePrintsTheRoutes() throws Exception {
    CommandProcess compile = howdah("compile", DESIGNS.resolve("fibonacci-chain.yaml").toString());
    CommandProcess wrong = howdah("compile", write("wrong-again.yaml", WRONG).toString());

    assertEquals(0, compile.exitCode(), compile::err);
    assertEquals("", compile.err());
    assertEquals(Files.readString(GOLDEN.resolve("fibonacci-chain.yaml")), compile.out());
    assertEquals(2, wrong.exitCode(), wrong::err);
    assertEquals("", wrong.out());
    assertEquals(2, wrong.err().lines().count(), wrong::err);
  }

  @Test
  @Order(1)
  void everyCommandExplainsItself() throws Exception {
    CommandProcess howdah = howdah("--help");
    List<String> commands = List.of("run", "serve", "worker", "compile", "validate", "import");
    for (String command : commands) {
      CommandProcess help = howdah(command, "--help");
      assertEquals(0, help.exitCode(), help::err);
      assertEquals("", help.err());
      assertTrue(help.out().startsWith("Usage: howdah " + command + " "), help.out());
    }
    assertEquals(0, howdah.exitCode(), howdah::err);
    for (String command : commands) {
      assertTrue(
          howdah.out().lines().anyMatch(line -> line.startsWith("  " + command + " ")),
          howdah.out());
    }
    assertTrue(howdah.out().contains("Exit codes: "), howdah.out());
    CommandProcess unknown = howdah("sreve");
    assertEquals(2, unknown.exitCode(), unknown::err);
    assertTrue(unknown.err().contains("Did you mean: howdah serve"), unknown::err);
  }

  @Test
  void anInterruptedRunSaysWhatBecomesOfItsExecution() throws Exception {
    Path design =
        write("nap.yaml", "id: nap\nblocks: [{id: nap, type: sleep, data: {duration: 1h}}]\n");
    CommandProcess run = run(design, "null", "interrupted");
    await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("… nap"));
    run.signal("INT");
    assertEquals(130, run.exitCode());
    assertTrue(run.err().contains("stays open and goes on when run or serve"), run::err);
  }

  @Test
  @Order(3)
  void serveThatIsStoppedBeforeItHasStartedSaysNothing() throws Exception {
    Path data = directory.resolve("hasty");
    CommandProcess serve = serve(data, "--port=0");
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(data));
    serve.signal("INT");
    assertEquals(130, serve.exitCode(), serve::err);
    assertEquals("", serve.err());
    assertEquals("", serve.out());
  }

  @Test
  @Order(3)
  void serveSaysWhatItCannotHaveAndStopsCleanlyWhenTold() throws Exception {
    Path data = directory.resolve("served");
    CommandProcess serve = serve(data, "--port=0");
    Path occupied = write("occupied", "a file where a directory belongs");
    CommandProcess nowhere = serve(occupied, "--port=0");
    awaitServing(serve);
    String url = serve.err().replaceAll("(?s).*Howdah serves (\\S+),.*", "$1");
    String port = url.substring(url.lastIndexOf(':') + 1);
    CommandProcess second = serve(data, "--port=0");
    CommandProcess late = serve(directory.resolve("other"), "--port=" + port);
    assertFails(1, nowhere, "howdah: The data directory " + occupied, "Name a directory");
    assertFails(
        1, second, "is in use by process " + serve.pid(), "give this one a directory of its own");
    assertFails(1, late, "port " + port, "choose another with --port");

    serve.signal("TERM");
    assertEquals(143, serve.exitCode(), serve::err);
    assertEquals("", serve.out());
    assertEquals(1, serve.err().lines().count(), serve::err);
    CommandProcess again = serve(data, "--port=" + port);
    awaitServing(again);
    again.signal("INT");
    assertEquals(130, again.exitCode(), again::err);
    assertEquals("", again.out());
    assertEquals(1, again.err().lines().count(), again::err);
  }

  @Test
  @Order(3)
  void aWorkerWithoutABrokerSaysSo() throws Exception {
    assertFails(1, lonelyWorker, "howdah: No Kafka broker answers at localhost:", "check that");
  }

  @Test
  @Order(1)
  void allSettingsThatAreWrongAreToldAtOnce() throws Exception {
    Files.writeString(
        Files.createDirectory(directory.resolve("set-up")).resolve("application.properties"),
        "howdah.http.prot=1\nhowdah.runners=many\nhowdah.store.url=mysql://db\n");
    List<String> flags =
        List.of(
            "-Dhowdah.broker=sdf",
            "-Dhowdah.camel.allow=9",
            "-Dhowdah.exec.allow=a/b",
            "-Dhowdah.agent.url=nowhere");
    List<CommandProcess> commands = new ArrayList<>();
    for (List<String> command :
        List.of(
            List.of("serve"),
            List.of("worker", "--group=g"),
            List.of("run", DESIGNS.resolve("word-lengths.yaml").toString()))) {
      List<String> arguments = new ArrayList<>(command);
      arguments.addAll(flags);
      CommandProcess process = CommandProcess.start(directory.resolve("set-up"), arguments);
      opened.add(process);
      commands.add(process);
    }
    for (CommandProcess process : commands) {
      assertEquals(2, process.exitCode(), process::err);
      List<String> lines = process.err().lines().toList();
      assertEquals(7, lines.size(), process::err);
      for (String name :
          List.of(
              "http.prot",
              "runners",
              "store.url",
              "broker",
              "camel.allow",
              "exec.allow",
              "agent.url")) {
        assertEquals(
            1,
            lines.stream().filter(line -> line.startsWith("howdah: howdah." + name + " ")).count(),
            process::err);
      }
    }
  }

  @Test
  @Order(1)
  void aGroupThatHasNoNameForAGroupIsWrong() throws Exception {
    CommandProcess named = howdah("worker", "--group=g g");
    CommandProcess own = howdah("worker", "--group=default");
    assertFails(2, named, "«g g» cannot name a worker group", "use 1 to 64 of");
    assertFails(2, own, "the engine itself", "name another");
  }

  @Test
  @Order(1)
  void aSettingThatIsNoneIsWrong() throws Exception {
    assertFails(2, serve(directory.resolve("set"), "-D", "howdah.http.prot=1"), "howdah.http.prot");
  }
}
