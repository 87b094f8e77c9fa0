package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.caller;
import static dev.howdah.worker.exec.Runs.fault;
import static dev.howdah.worker.exec.Runs.path;
import static dev.howdah.worker.exec.Runs.reading;
import static dev.howdah.worker.exec.Runs.spec;
import static dev.howdah.worker.exec.Runs.text;
import static dev.howdah.worker.exec.Runs.with;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers through a client that is a script, which notes what it is told. */
class ContainerTest {
  private static final String NOTES =
      """
      #!/bin/sh
      # The directory of the execution is where it is started, as with a real client.
      if [ "$1" = --version ]; then echo "$(basename "$0") version 4.3.1"; exit; fi
      if [ "$1" = kill ]; then exit; fi
      if [ "$1" = ps ]; then if [ -e "%1$s/removed" ]; then exit; else echo 0123; exit; fi; fi
      if [ "$1" = rm ]; then printf '%%s\\n' "$@" > "%1$s/removed"; exit; fi
      printf '%%s\\n' "$@" > "%1$s/arguments"
      env > "%1$s/environment"
      %2$s
      """;

  @TempDir Path root;
  private Path notes;
  private ExecCaller caller;

  @BeforeEach
  void open() throws IOException {
    notes = Files.createDirectory(root.resolve("notes"));
  }

  @AfterEach
  void close() {
    caller.close();
  }

  private Path client(String name, String does) throws IOException {
    Path script = Files.createDirectories(root.resolve("bin")).resolve(name);
    Files.writeString(script, NOTES.formatted(notes, does));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  private void open(Optional<String> runtime, String searchPath) {
    caller =
        caller(
            root.resolve("files"),
            new ExecSettings(
                ExecPolicy.of(List.of(), List.of("energy-generator"), searchPath),
                runtime,
                4,
                Map.of("PATH", path(), "DOCKER_HOST", "unix:///x", "HOWDAH_SECRET_A", "s3cret")));
  }

  private static ExecSpec image(String... arguments) {
    return spec(new Program.Image("energy-generator:2", List.of(arguments)));
  }

  private List<String> told() throws IOException {
    return Files.readAllLines(notes.resolve("arguments"));
  }

  @Test
  void theClientIsToldWhatToRunToTheLetter() throws Exception {
    Path docker = client("docker", "cat");
    open(Optional.of(docker.toString()), "");
    ExecSpec spec =
        with(
            reading(image("--out", "$DATA/a.csv", "a b"), "[1]"),
            Map.of("TOKEN", "t0ken", "PATH", "/opt"),
            Optional.of("work"));
    assertEquals("[1]", text(caller.call(spec)));

    Path data = root.resolve("files").resolve(Runs.EXECUTION);
    List<String> told = told();
    String name = told.get(4);
    assertTrue(name.matches("howdah-[0-9a-f]{16}"), name);
    assertEquals(
        List.of(
            "run",
            "--rm",
            "-i",
            "--name",
            name,
            "-v",
            data + ":/data",
            "-w",
            "/data/work",
            "-e",
            "DATA",
            "-e",
            "HOWDAH_EXECUTION",
            "-e",
            "HOWDAH_IDEMPOTENCY_KEY",
            "-e",
            "PATH=/opt",
            "-e",
            "TOKEN",
            "energy-generator:2",
            "--out",
            "/data/a.csv",
            "a b"),
        told);
    List<String> environment = Files.readAllLines(notes.resolve("environment"));
    assertTrue(environment.contains("TOKEN=t0ken"), environment.toString());
    assertTrue(environment.contains("DATA=/data"), environment.toString());
    assertTrue(environment.contains("DOCKER_HOST=unix:///x"), environment.toString());
    assertTrue(environment.contains("PATH=" + path()), environment.toString());
    assertFalse(environment.toString().contains("s3cret"), environment.toString());
    assertTrue(Files.isDirectory(data.resolve("work")));
  }

  @Test
  void withoutAWorkingDirectoryItIsThatOfTheExecution() throws Exception {
    open(Optional.of(client("docker", "true").toString()), "");
    text(caller.call(image()));
    List<String> told = told();
    assertEquals("/data", told.get(told.indexOf("-w") + 1));
    assertEquals("energy-generator:2", told.get(told.size() - 1));
  }

  @Test
  void podmanIsFoundWhenThereIsNoDocker() throws Exception {
    Path podman = client("podman", "true");
    open(Optional.empty(), podman.getParent().toString());
    text(caller.call(image()));
    assertEquals("run", told().get(0));
  }

  @Test
  void podmanIsToldHowLongAContainerMayLiveThatNobodyRemoves() throws Exception {
    open(Optional.of(client("podman", "true").toString()), "");
    text(caller.call(image()));
    List<String> told = told();
    assertEquals("90", told.get(told.indexOf("--timeout") + 1));
  }

  @Test
  void theContainerOfAKilledProcessIsLookedForUntilItIsGone() throws Exception {
    Path docker = client("docker", "true");
    open(Optional.of(docker.toString()), "");
    Path ledger =
        Files.createDirectories(root.resolve("files").resolve(Runs.LEDGERS)).resolve("dead");
    Files.writeString(ledger, "container 0123456789abcdef\n");
    String works = Files.readString(docker);
    Files.writeString(docker, "#!/bin/sh\necho the daemon does not answer >&2\nexit 1\n");

    caller.endLeftovers();
    assertTrue(Files.exists(ledger));

    Files.writeString(docker, works);
    text(caller.call(image()));
    assertTrue(Files.exists(ledger), "what was tried in vain must not hold up each run");

    caller.endLeftovers();
    assertFalse(Files.exists(ledger));
    assertEquals(
        List.of("rm", "-f", "howdah-0123456789abcdef"),
        Files.readAllLines(notes.resolve("removed")));
  }

  @Test
  void withoutAnyClientTheFaultNamesTheCure() throws Exception {
    open(Optional.empty(), notes.toString());
    Fault fault = fault(caller.call(image()));
    assertEquals("exec.no-container-runtime", fault.code());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("howdah.exec.container-runtime"), fault.message());
  }

  @Test
  void aClientThatIsNotThereIsNamed() throws Exception {
    open(Optional.of("/no/such/docker"), path());
    Fault fault = fault(caller.call(image()));
    assertEquals("exec.no-container-runtime", fault.code());
    assertTrue(fault.message().contains("/no/such/docker"), fault.message());
  }

  @Test
  void anImageThatIsNotAllowedIsNotEvenLookedFor() throws Exception {
    open(Optional.of(client("docker", "true").toString()), "");
    Fault fault = fault(caller.call(spec(new Program.Image("busybox", List.of()))));
    assertEquals("exec.not-allowed", fault.code());
    assertTrue(fault.message().contains("howdah.exec.images"), fault.message());
    assertFalse(Files.exists(notes.resolve("arguments")));
  }

  @Test
  void aCancelRemovesTheContainerThatWouldSurviveItsClient() throws Exception {
    open(Optional.of(client("docker", "trap '' TERM; while :; do sleep 1; done").toString()), "");
    CompletableFuture<ExecAnswer> call = caller.call(image());
    await().until(() -> Files.exists(notes.resolve("environment")));
    call.cancel(true);
    Path removed = notes.resolve("removed");
    await().until(() -> Files.exists(removed) && Files.readAllLines(removed).size() == 3);
    assertEquals(List.of("rm", "-f", told().get(4)), Files.readAllLines(removed));
  }
}
