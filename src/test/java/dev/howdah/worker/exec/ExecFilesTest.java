package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.allowing;
import static dev.howdah.worker.exec.Runs.caller;
import static dev.howdah.worker.exec.Runs.fault;
import static dev.howdah.worker.exec.Runs.local;
import static dev.howdah.worker.exec.Runs.shell;
import static dev.howdah.worker.exec.Runs.text;
import static dev.howdah.worker.exec.Runs.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecFilesTest {
  @TempDir Path root;
  private Path data;
  private ExecCaller caller;

  @BeforeEach
  void open() throws IOException {
    data = Files.createDirectories(root.resolve("files").resolve(Runs.EXECUTION));
    caller = caller(root.resolve("files"), allowing("sh", "cat", "true"));
  }

  @AfterEach
  void close() {
    caller.close();
  }

  private static ExecFiles written(String name, String content) {
    return new ExecFiles(Map.of(name, content), Optional.empty());
  }

  private static ExecFiles reading(String name) {
    return new ExecFiles(Map.of(), Optional.of(name));
  }

  @Test
  void filesAreThereWhenTheProgramStarts() throws Exception {
    Files.writeString(data.resolve("rows.csv"), "of an earlier attempt, and longer");
    assertEquals(
        "a,b\n1,ü\n",
        text(caller.call(with(local("cat", "rows.csv"), written("rows.csv", "a,b\n1,ü\n")))));
    try (Stream<Path> left = Files.list(data)) {
      assertEquals(List.of(data.resolve("rows.csv")), left.toList());
    }
  }

  @Test
  void theAnswerIsTheFileThatWasAskedFor() throws Exception {
    ExecSpec spec = with(shell("echo noise; printf '{\"n\": 1}' > out"), reading("out"));
    assertEquals("{\"n\":1}", caller.call(spec).get().json().toString());
  }

  @Test
  void ofAProgramWhoseFileIsTheAnswerStandardOutputMayBeLong() throws Exception {
    String much = "i=0; while [ $i -lt 4000 ]; do echo 0123456789012345678901234567890123456789;";
    assertEquals(
        "x",
        text(caller.call(with(shell(much + " i=$((i+1)); done; printf x > out"), reading("out")))));
  }

  @Test
  void aFileThatTheProgramDidNotWriteIsNamed() {
    Fault fault = fault(caller.call(with(local("true"), reading("report.csv"))));
    assertEquals("exec.no-file", fault.code());
    assertTrue(fault.message().contains("report.csv"), fault.message());
    assertTrue(fault.message().contains("true succeeded"), fault.message());
    assertFalse(fault.retryable());
  }

  @Test
  void aFileThatIsTooLargeIsNotTaken() {
    Fault fault =
        fault(
            caller.call(
                with(
                    shell(
                        "i=0; while [ $i -lt 4000 ]; do echo 01234567890123456789012345; i=$((i+1)); done > out"),
                    reading("out"))));
    assertEquals("exec.output-too-large", fault.code());
    assertTrue(fault.message().contains("the file out"), fault.message());
  }

  @Test
  void aFileThatIsNoJsonIsNamed() throws Exception {
    ExecAnswer answer = caller.call(with(shell("echo hello > out"), reading("out"))).get();
    FaultException refused = assertThrows(FaultException.class, answer::json);
    assertTrue(refused.getMessage().contains("the file out"), refused.getMessage());
  }

  /** A container runs as somebody else than this process, and may leave links behind. */
  @Test
  void noLinkLeadsOutOfTheDirectory() throws Exception {
    Path outside = Files.writeString(root.resolve("outside"), "secret");
    Files.createSymbolicLink(data.resolve("in"), outside);
    Files.createSymbolicLink(data.resolve("out"), outside);
    assertEquals("mine", text(caller.call(with(local("cat", "in"), written("in", "mine")))));
    assertEquals("secret", Files.readString(outside));
    assertTrue(Files.isRegularFile(data.resolve("in"), LinkOption.NOFOLLOW_LINKS));

    Fault fault = fault(caller.call(with(local("true"), reading("out"))));
    assertEquals("exec.no-file", fault.code());
  }

  @Test
  void aFileInThePlaceOfADirectoryIsAFault() throws Exception {
    Files.createDirectories(data.resolve("rows/deep"));
    Fault fault = fault(caller.call(with(local("true"), written("rows", "x"))));
    assertEquals("exec.no-file", fault.code());
    assertTrue(fault.message().contains("rows"), fault.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "..", "../x", "a/b", "/etc/passwd", "a\0b"})
  void aNameThatLeadsElsewhereIsRefused(String name) {
    for (Executable use : List.<Executable>of(() -> written(name, "x"), () -> reading(name))) {
      assertEquals(
          "exec.invalid-call", assertThrows(FaultException.class, use).fault().code(), name);
    }
  }
}
