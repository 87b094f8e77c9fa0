package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.allowing;
import static dev.howdah.worker.exec.Runs.caller;
import static dev.howdah.worker.exec.Runs.fault;
import static dev.howdah.worker.exec.Runs.local;
import static dev.howdah.worker.exec.Runs.path;
import static dev.howdah.worker.exec.Runs.reading;
import static dev.howdah.worker.exec.Runs.shell;
import static dev.howdah.worker.exec.Runs.text;
import static dev.howdah.worker.exec.Runs.with;
import static dev.howdah.worker.exec.Runs.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecCallerTest {
  @TempDir Path root;
  private ExecCaller caller;

  @BeforeEach
  void open() {
    caller = caller(root, allowing("sh", "cat", "printf", "true", "env", "pwd"));
  }

  @AfterEach
  void close() {
    caller.close();
  }

  private Path data() {
    return root.resolve(Runs.EXECUTION);
  }

  /** The process whose id a program has written to a file of its execution. */
  private ProcessHandle process(String file) throws IOException {
    Path written = data().resolve(file);
    await().until(() -> Files.exists(written) && Files.readString(written).endsWith("\n"));
    return ProcessHandle.of(Long.parseLong(Files.readString(written).strip())).orElseThrow();
  }

  @Test
  void theProgramReadsWhatItIsSentAndItsOutputIsTheAnswer() throws Exception {
    ExecAnswer answer = caller.call(reading(local("cat"), "{\"n\": [1, 2]}")).get();
    assertEquals("{\"n\":[1,2]}", answer.json().toString());
    assertEquals("{\"n\": [1, 2]}", answer.text());
  }

  @Test
  void argumentsAreSeenByNoShell() throws Exception {
    String text = text(caller.call(local("printf", "%s|", "a b", "$HOME", "; echo no", "*", "")));
    assertEquals("a b|$HOME|; echo no|*||", text);
  }

  @Test
  void anArgumentMayNameAFileOfTheExecution() throws Exception {
    String text =
        text(caller.call(local("printf", "%s|", "$DATA/a.csv", "$DATA", "$DATABASE", "x$DATA")));
    assertEquals(data() + "/a.csv|" + data() + "|$DATABASE|x$DATA|", text);
  }

  @Test
  void theRunsOfAnExecutionShareItsDirectory() throws Exception {
    text(caller.call(shell("echo 1 > \"$DATA/one\"; mkdir -p in; echo 2 > in/two")));
    assertEquals("1\n2\n", text(caller.call(shell("cat one in/two"))));
    assertEquals(
        data().resolve("in") + "\n",
        text(caller.call(with(local("pwd"), Map.of(), Optional.of("in")))));
  }

  @Test
  void aWorkingDirectoryIsMadeInsideAndFoundOutside() throws Exception {
    Path outside = Files.createDirectory(root.resolve("outside"));
    assertEquals(
        outside + "\n",
        text(caller.call(with(local("pwd"), Map.of(), Optional.of(outside.toString())))));
    assertEquals(
        data() + "/new\n", text(caller.call(with(local("pwd"), Map.of(), Optional.of("new")))));
    assertEquals(
        "exec.no-directory",
        fault(caller.call(with(local("pwd"), Map.of(), Optional.of("../outside")))).code());
    assertEquals(
        "exec.no-directory",
        fault(caller.call(with(local("pwd"), Map.of(), Optional.of("/no/such")))).code());
  }

  @Test
  void nothingOfTheEnvironmentOfThisProcessIsPassedOnButWhereThingsAre() throws Exception {
    caller.close();
    Map<String, String> own =
        Map.of(
            "PATH",
            path(),
            "LANG",
            "C.UTF-8",
            "HOWDAH_SECRET_TOKEN",
            "s3cret",
            "HOWDAH_STORE_PASSWORD",
            "s3cret",
            "AWS_SECRET_ACCESS_KEY",
            "s3cret",
            "JAVA_OPTS",
            "-Dx");
    caller =
        caller(
            root,
            new ExecSettings(
                ExecPolicy.of(List.of("env"), List.of(), path()), Optional.empty(), 1, own));
    String text = text(caller.call(with(local("env"), Map.of("MODE", "fast"), Optional.empty())));
    Map<String, String> seen =
        text.lines().map(l -> l.split("=", 2)).collect(Collectors.toMap(p -> p[0], p -> p[1]));
    assertFalse(text.contains("s3cret"), text);
    assertFalse(seen.containsKey("JAVA_OPTS"), text);
    assertEquals("fast", seen.get("MODE"));
    assertEquals("C.UTF-8", seen.get("LANG"));
    assertEquals(path(), seen.get("PATH"));
    assertEquals(data().toString(), seen.get("DATA"));
    assertEquals("e1:first:1", seen.get("HOWDAH_IDEMPOTENCY_KEY"));
    assertEquals("e1", seen.get("HOWDAH_EXECUTION"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LD_PRELOAD", "DATA", "HOWDAH_RUN", "A=B", "", "1X"})
  void aVariableThatSteersMoreThanTheProgramIsRefused(String name) {
    FaultException refused =
        assertThrows(
            FaultException.class, () -> with(local("env"), Map.of(name, "x"), Optional.empty()));
    assertEquals("exec.invalid-call", refused.fault().code());
  }

  @Test
  void anExitCodeDecides() throws Exception {
    Fault failed =
        fault(caller.call(shell("echo starting >&2; echo 'no such household' >&2; exit 3")));
    assertEquals("exec.exit", failed.code());
    assertFalse(failed.retryable());
    assertTrue(failed.message().contains("exit code 3"), failed.message());
    assertTrue(failed.message().contains("no such household"), failed.message());

    ExitCodes codes = ExitCodes.of(List.of(0, 3), List.of(75));
    assertEquals("half\n", text(caller.call(with(shell("echo half; exit 3"), codes))));
    assertTrue(fault(caller.call(with(shell("exit 75"), codes))).retryable());
    assertFalse(fault(caller.call(with(shell("exit 4"), codes))).retryable());
  }

  @Test
  void ofWhatItWroteOnStandardErrorTheEndIsTold() {
    Fault failed =
        fault(
            caller.call(
                shell(
                    "i=0; while [ $i -lt 5000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1")));
    assertTrue(failed.message().endsWith("line 4999"), failed.message());
    assertTrue(failed.message().length() < 700, failed.message());
  }

  @Test
  void aProgramThatDoesNotReadIsNotMinded() throws Exception {
    assertEquals("", text(caller.call(reading(local("true"), "x".repeat(1_000_000)))));
  }

  @Test
  void outputThatIsTooLargeStopsTheProgram() throws Exception {
    Fault failed =
        fault(
            caller.call(
                shell("echo $$ > pid; while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")));
    assertEquals("exec.output-too-large", failed.code());
    assertFalse(failed.retryable());
    await().until(() -> !isAlive("pid"));
  }

  private boolean isAlive(String file) throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(data().resolve(file)).strip()))
        .filter(ProcessHandle::isAlive)
        .isPresent();
  }

  @Test
  void outputThatIsNoJsonIsAFaultThatShowsItsStart() throws Exception {
    ExecAnswer answer = caller.call(shell("echo hello")).get();
    FaultException refused = assertThrows(FaultException.class, answer::json);
    assertEquals("exec.not-json", refused.fault().code());
    assertTrue(refused.getMessage().contains("hello"), refused.getMessage());
    assertTrue(caller.call(local("true")).get().json().isNull());
  }

  /** Three generations that ignore SIGTERM. */
  private static final String STUBBORN =
      "trap '' TERM; sh -c 'trap \"\" TERM; sh -c \"trap \\\"\\\" TERM; echo \\$\\$ > third; while :; do sleep 1; done\" &"
          + " echo $$ > second; while :; do sleep 1; done' & echo $$ > first; while :; do sleep 1; done";

  @Test
  void whenTimeIsUpTheWholeFamilyIsKilledEvenIfItWillNotEnd() throws Exception {
    CompletableFuture<ExecAnswer> call =
        caller.call(within(Duration.ofSeconds(2), shell(STUBBORN)));
    List<ProcessHandle> family = List.of(process("first"), process("second"), process("third"));
    assertTrue(family.stream().allMatch(ProcessHandle::isAlive));
    Fault failed = fault(call);
    assertEquals("exec.timeout", failed.code());
    assertTrue(failed.retryable());
    await().until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aCancelKillsTheWholeFamily() throws Exception {
    CompletableFuture<ExecAnswer> call = caller.call(shell(STUBBORN));
    List<ProcessHandle> family = List.of(process("first"), process("second"), process("third"));
    call.cancel(true);
    await().until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aProgramHasTimeToCleanUp() throws Exception {
    CompletableFuture<ExecAnswer> call =
        caller.call(
            shell(
                "trap 'echo yes > cleaned; exit' TERM; echo $$ > pid; while :; do sleep 0.05; done"));
    ProcessHandle process = process("pid");
    call.cancel(true);
    await().until(() -> !process.isAlive());
    assertEquals("yes\n", Files.readString(data().resolve("cleaned")));
  }

  @Test
  void aProcessWhoseParentHasEndedIsFoundAndKilledToo() throws Exception {
    CompletableFuture<ExecAnswer> call =
        caller.call(
            shell("(setsid sh -c 'echo $$ > orphan; exec sleep 1000' &) ; exec sleep 1000"));
    ProcessHandle orphan = process("orphan");
    await()
        .until(
            () ->
                orphan
                    .parent()
                    .filter(p -> p.info().command().orElse("").contains("sleep"))
                    .isEmpty());
    call.cancel(true);
    await().until(() -> !orphan.isAlive());
  }

  @Test
  void whoIsLeftBehindHoldsNothingUp() throws Exception {
    assertEquals(
        "done\n",
        text(
            caller.call(
                shell(
                    "sh -c 'echo $$ > left; exec sleep 1000' & until [ -s left ]; do :; done; echo done"))));
    await().until(() -> !isAlive("left"));
  }

  @Test
  void whoWaitsForItsTurnHoldsNoThread() throws Exception {
    caller.close();
    ExecSettings one =
        new ExecSettings(
            ExecPolicy.of(List.of("sh"), List.of(), path()),
            Optional.empty(),
            1,
            Map.of("PATH", path()));
    caller = caller(root, one);
    CompletableFuture<ExecAnswer> first =
        caller.call(shell("echo $$ > pid; until [ -e go ]; do sleep 0.02; done"));
    process("pid");
    List<CompletableFuture<ExecAnswer>> others = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      others.add(caller.call(shell("echo x >> order")));
    }
    CompletableFuture<ExecAnswer> late =
        caller.call(within(Duration.ofMillis(50), shell("echo late >> order")));
    Fault failed = fault(late);
    assertEquals("exec.timeout", failed.code());
    assertTrue(failed.message().contains("howdah.exec.processes"), failed.message());
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("howdah-exec-"))
            .count();
    assertTrue(threads < 15, "threads: " + threads);
    others.remove(0).cancel(true);

    Files.createFile(data().resolve("go"));
    text(first);
    for (CompletableFuture<ExecAnswer> other : others) {
      text(other);
    }
    assertEquals("x\n".repeat(49), Files.readString(data().resolve("order")));
  }

  @Test
  void closingStopsWhatRuns() throws Exception {
    CompletableFuture<ExecAnswer> call = caller.call(shell(STUBBORN));
    List<ProcessHandle> family = List.of(process("first"), process("second"), process("third"));
    caller.close();
    Fault failed = fault(call);
    assertEquals("exec.stopped", failed.code());
    assertTrue(failed.retryable());
    // Killed they are, but whoever has inherited them may not have heard of it.
    await().until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
    assertEquals("exec.stopped", fault(caller.call(local("true"))).code());
  }

  @Test
  void manyRunsAtOnceAllGiveTheirOutput() throws Exception {
    List<CompletableFuture<ExecAnswer>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(caller.call(reading(local("cat"), "x".repeat(90_000) + i)));
    }
    for (int i = 0; i < calls.size(); i++) {
      assertEquals("x".repeat(90_000) + i, text(calls.get(i)));
    }
  }
}
