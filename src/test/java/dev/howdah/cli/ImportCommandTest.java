package dev.howdah.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  private static final Path EXAMPLES = Path.of("examples/energy").toAbsolutePath();
  private static final Path GOLDEN = Path.of("src/test/resources/import").toAbsolutePath();

  @TempDir Path directory;
  private final List<CommandProcess> opened = new ArrayList<>();

  @AfterEach
  void stopAll() {
    opened.forEach(CommandProcess::close);
  }

  private CommandProcess howdah(String... arguments) throws Exception {
    CommandProcess process = CommandProcess.start(directory, List.of(arguments));
    opened.add(process);
    return process;
  }

  @Test
  void theDesignGoesToStandardOutputOrToAFileWithItsModulesBesideIt() throws Exception {
    String services = EXAMPLES.resolve("services.json").toString();
    CommandProcess printed = howdah("import", "ai-effect", services);
    CommandProcess written =
        howdah("import", "ai-effect", services, "--output", "designs/energy.yaml");
    assertEquals(0, printed.exitCode(), printed::err);
    assertEquals(Files.readString(GOLDEN.resolve("services.yaml")), printed.out());
    assertTrue(printed.err().contains("needs modules/container_executor.proto"), printed::err);
    assertEquals(0, written.exitCode(), written::err);
    assertEquals("", written.out());
    assertEquals(
        Files.readString(GOLDEN.resolve("services.yaml")),
        Files.readString(directory.resolve("designs/energy.yaml")));

    CommandProcess valid = howdah("validate", "designs/energy.yaml");
    Files.writeString(directory.resolve("mine.yaml"), "# by hand\n");
    CommandProcess refused = howdah("import", "ai-effect", services, "--output", "mine.yaml");
    assertEquals(0, valid.exitCode(), valid::err);
    assertEquals(2, refused.exitCode(), refused::err);
    assertTrue(refused.err().contains("mine.yaml is there already"), refused::err);
    assertEquals("# by hand\n", Files.readString(directory.resolve("mine.yaml")));
    assertFalse(Files.exists(directory.resolve("modules")));
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() throws Exception {
    Files.writeString(
        directory.resolve("pipeline.json"),
        "{\"workflow_name\": \"p\", \"containers\": [{\"id\": \"a\", \"command\": \"a | b\"}]}");
    CommandProcess wrong = howdah("import", "ai-effect", "pipeline.json");
    CommandProcess missing = howdah("import", "ai-effect", "nowhere.json");
    CommandProcess nameless = howdah("import");
    assertEquals(2, wrong.exitCode(), wrong::err);
    assertEquals("", wrong.out());
    assertEquals(
        List.of(
            "pipeline.json:1:65: \"|\" is for a shell, and no shell is run. Make each program a"
                + " container of its own, where the first writes the file that the second reads,"
                + " or put the line into a script."),
        wrong.err().lines().toList());
    assertEquals(2, missing.exitCode(), missing::err);
    assertTrue(missing.err().contains("nowhere.json is no file"), missing::err);
    assertEquals(2, nameless.exitCode(), nameless::err);
  }

  @Test
  void whatFormatsThereAreIsToldToThoseWhoNameNone() throws Exception {
    Files.writeString(directory.resolve("empty.json"), "\n");
    CommandProcess unknown = howdah("import", "airflow", "dag.json");
    CommandProcess empty = howdah("import", "ai-effect", "empty.json");
    CommandProcess help = howdah("import", "--help");
    assertEquals(2, unknown.exitCode(), unknown::err);
    assertEquals(
        "There is no format \"airflow\"; name one of these in front of the file: ai-effect.",
        unknown.err().lines().findFirst().orElse(""));
    assertEquals(2, empty.exitCode(), empty::err);
    assertEquals(
        "empty.json:1:1: The file is empty. List the containers, or give them by name together"
            + " with start_node and service_registry.",
        empty.err().strip());
    assertEquals(0, help.exitCode(), help::err);
    assertTrue(help.out().replaceAll("\\s+", " ").contains("services with gRPC."), help.out());
    assertTrue(help.out().startsWith("Usage: howdah import [-hV] FORMAT"), help.out());
  }

  /** A pipeline whose node has failed must not look like one that is done. */
  @Test
  void anImportedPipelineThatFailsHasAnExitCodeThatIsNotZero() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String command =
        "'%s' -cp '%s' dev.howdah.examples.energy.EnergyProgram energy-analyzer"
            .formatted(java, System.getProperty("java.class.path"));
    Files.writeString(
        directory.resolve("pipeline.json"),
        "{\"workflow_name\": \"p\", \"containers\": [{\"id\": \"analyze\", \"command\": %s}]}"
            .formatted(Json.MAPPER.writeValueAsString(command)));
    CommandProcess imported = howdah("import", "ai-effect", "pipeline.json", "--output", "p.yaml");
    assertEquals(0, imported.exitCode(), imported::err);
    CommandProcess run =
        howdah(
            "run",
            "p.yaml",
            "--data=" + directory.resolve("data"),
            "-D",
            "howdah.broker.port=0",
            "-D",
            "howdah.exec.allow=" + java);
    assertEquals(1, run.exitCode(), run::err);
    assertEquals("", run.out());
    String last = run.err().lines().reduce("", (before, line) -> line);
    assertTrue(last.startsWith("failed at analyze: "), run::err);
    assertTrue(last.contains("there is no file output1.json"), run::err);
  }
}
