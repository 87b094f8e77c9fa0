package dev.howdah.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Services;
import dev.howdah.design.InvalidDesignException;
import dev.howdah.engine.Trial;
import dev.howdah.store.StepStatus;
import dev.howdah.worker.exec.ExecCaller;
import dev.howdah.worker.exec.ExecPolicy;
import dev.howdah.worker.exec.ExecSettings;
import dev.howdah.worker.exec.ExecutionDirectories;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With real programs, which every machine of these tests has. */
class ExecBlockTest {
  @TempDir Path root;
  private ExecCaller exec;
  private Trial trial;

  @BeforeEach
  void start() {
    String path = System.getenv("PATH");
    exec =
        new ExecCaller(
            new ExecSettings(
                ExecPolicy.of(List.of("sh", "cat", "printf", "printenv", "pwd"), List.of(), path),
                Optional.empty(),
                8,
                Map.of("PATH", path)),
            new ExecutionDirectories(root, InstantSource.system()),
            root.resolve(".runs"));
    trial =
        new Trial(
            name -> Optional.empty(),
            clock ->
                new Services(
                    name -> Optional.empty(), null, null, null, exec, null, null, null, clock));
  }

  @AfterEach
  void stop() {
    trial.close();
    exec.close();
  }

  private static String run(String data) {
    return "blocks:\n- id: run\n  type: exec\n  data:\n" + data.indent(4);
  }

  @Test
  void anArgumentIsOneArgumentWhateverItHolds() throws Exception {
    String design =
        run(
            """
            command: [printf, "<%s>", "${ .a }", "${ .b }", "$(id) `id` ; | & * ~", "${ .n }"]
            stdout: text
            """);
    assertEquals(
        "\"<x y; touch gone><'\\\"$HOME><$(id) `id` ; | & * ~><{\\\"m\\\":1}>\"",
        trial.result(
            design, "{\"a\": \"x y; touch gone\", \"b\": \"'\\\"$HOME\", \"n\": {\"m\": 1}}"));
  }

  @Test
  void aShellIsAProgramThatIsAllowedOrNot() throws Exception {
    String told = trial.result(run("command: [bash, -c, id]"), "1");
    assertTrue(told.startsWith("run exec.not-allowed"), told);
    assertTrue(told.contains("howdah.exec.allow"), told);
  }

  @Test
  void theEnvironmentIsWhatTheDesignSaysAndNotThatOfThisProcess() throws Exception {
    String design =
        run("command: [printenv, PLACE, COUNT]\nenv: {PLACE: \"${ .p }\", COUNT: 7}\nstdout: text");
    assertEquals("\"Oslo\\n7\\n\"", trial.result(design, "{\"p\": \"Oslo\"}"));
    String names =
        """
        - id: names
          type: transform
          data: {value: '${ rtrimstr("\\n") | split("\\n") | map(split("=")[0]) | sort }'}
        """;
    assertEquals(
        "[\"DATA\",\"HOWDAH_EXECUTION\",\"HOWDAH_IDEMPOTENCY_KEY\",\"HOWDAH_RUN\",\"PATH\"]",
        trial.result(run("command: [printenv]\nstdout: text") + names, "1"));
    String told = trial.result(run("command: [printenv]\nenv: ${ . }"), "\"A=b\"");
    assertTrue(told.startsWith("run exec.invalid-call: env is \"A=b\" and no object"), told);
  }

  @Test
  void aWorkingDirectoryIsThatOfTheExecutionOrWhereTheDesignSays() throws Exception {
    String inside = run("command: [pwd]\nworkingDirectory: deep/er\nstdout: text");
    String where =
        """
        - id: where
          type: transform
          data: {value: '${ startswith("ROOT/x") and endswith("/deep/er\\n") }'}
        """
            .replace("ROOT", root.toString());
    assertEquals("true", trial.result(inside + where, "1"));
    String outside = run("command: [pwd]\nworkingDirectory: " + root + "\nstdout: text");
    assertEquals("\"" + root + "\\n\"", trial.result(outside, "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"plain \\\" words\" | text  | \"plain \\\" words\"",
        "{\"n\": [1, 2.5]}    | json  | {\"n\":[1,2.5]}",
        "{\"n\": 1}           | text  | \"{\\\"n\\\":1}\"",
        "null                 | text  | \"\"",
        "null                 | json  | null",
        "\"7\"                | json  | 7",
        "\"ab\"               | bytes | \"YWI=\""
      })
  void jsonAndTextGoInAndComeOut(String input, String stdout, String output) throws Exception {
    assertEquals(output, trial.result(run("command: [cat]\nstdout: " + stdout), input));
  }

  @Test
  void bytesNeedBeNoText() throws Exception {
    String design = run("command: [printf, '\\000\\377\\n']\nstdout: bytes");
    assertEquals("\"AP8K\"", trial.result(design, "1"));
  }

  @Test
  void whatIsNotTheInputCanBeSentInstead() throws Exception {
    assertEquals(
        "\"5 camels\"",
        trial.result(run("command: [cat]\nstdin: ${ .n } camels\nstdout: text"), "{\"n\": 5}"));
    assertEquals("null", trial.result(run("command: [cat]\nstdin: null"), "{\"n\": 5}"));
  }

  @Test
  void theBlocksOfAnExecutionShareItsFiles() throws Exception {
    assertEquals(
        "{\"n\":1}",
        trial.result(
            """
            blocks:
            - {id: write, type: exec, data: {command: [sh, -c, "cat > it.json"]}}
            - {id: read, type: exec, data: {command: [cat, $DATA/it.json], stdin: null}}
            """,
            "{\"n\": 1}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "text", "bytes"})
  void moreOutputThanAllowedIsAFault(String stdout) throws Exception {
    String data = "command: [cat]\nmaxOutput: 10B\nstdout: " + stdout;
    assertEquals("12345678", trial.result(run(data.replace(stdout, "json")), "12345678"));
    var outcome = trial.run(run(data), "\"12345678901\"");
    assertTrue(Trial.told(outcome).startsWith("run exec.output-too-large"), Trial.told(outcome));
    assertTrue(outcome.rows().step("run", 2).isEmpty());
  }

  @Test
  void theExitCodeDecides() throws Exception {
    String exit =
        run(
            """
            command: [sh, -c, "cat >&2; exit $0", "${ . }"]
            successCodes: [0, 3]
            retryCodes: [75]
            stdout: text
            """);
    assertEquals("\"\"", trial.result(exit, "0"));
    assertEquals("\"\"", trial.result(exit, "3"));
    var failed = trial.run(exit, "4");
    assertTrue(Trial.told(failed).startsWith("run exec.exit"), Trial.told(failed));
    assertTrue(Trial.told(failed).contains("4"), Trial.told(failed));
    assertTrue(failed.rows().step("run", 2).isEmpty());
    var retried = trial.run(exit.replace("  data:", "  retry: {maxAttempts: 2}\n  data:"), "75");
    assertEquals(StepStatus.RETRIED, retried.rows().step("run", 1).orElseThrow().status());
    assertEquals(StepStatus.FAILED, retried.rows().step("run", 2).orElseThrow().status());
  }

  @Test
  void whatCannotBeRunIsToldWhereItStands() {
    String told =
        assertThrows(
                InvalidDesignException.class,
                () ->
                    trial.result(
                        """
                        blocks:
                        - {id: a, type: exec, data: {}}
                        - {id: b, type: exec, data: {command: [cat], maxOutput: 0B}}
                        - {id: c, type: exec, data: {command: [cat], outputFile: ../x}}
                        - {id: d, type: exec, data: {command: "cat x"}}
                        """,
                        "1"))
            .getMessage();
    for (String part : List.of("neither a command nor an image", "maxOutput", "outputFile")) {
      assertTrue(told.contains(part), told);
    }
    assertTrue(told.contains("test.yaml:6:"), told);
  }
}
