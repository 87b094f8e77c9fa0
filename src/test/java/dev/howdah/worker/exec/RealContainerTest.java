package dev.howdah.worker.exec;

import static dev.howdah.worker.exec.Runs.caller;
import static dev.howdah.worker.exec.Runs.fault;
import static dev.howdah.worker.exec.Runs.path;
import static dev.howdah.worker.exec.Runs.reading;
import static dev.howdah.worker.exec.Runs.spec;
import static dev.howdah.worker.exec.Runs.text;
import static dev.howdah.worker.exec.Runs.with;
import static dev.howdah.worker.exec.Runs.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers that podman runs, of an image made of a static busybox alone. Where the machine has
 * neither, these tests are not run, unless {@code -Dhowdah.test.containers=required}.
 */
class RealContainerTest {
  private static final String IMAGE = "localhost/howdah-test-" + UUID.randomUUID() + ":1";

  @TempDir static Path shared;
  private static Map<String, String> environment;
  private static boolean imported;

  @TempDir Path root;
  private ExecCaller caller;

  @BeforeAll
  static void makeImage() throws Exception {
    Path busybox = Path.of("/bin/busybox");
    if (!Files.isExecutable(busybox)) {
      without("there is no static busybox to make an image of; install busybox-static");
    }
    environment = new HashMap<>(Map.of("PATH", path()));
    environment.put("CONTAINERS_CONF", configuration().toString());
    Path files = Files.createDirectories(shared.resolve("image/bin"));
    Files.copy(busybox, files.resolve("busybox"));
    for (String command : List.of("sh", "cat", "sleep")) {
      Files.createSymbolicLink(files.resolve(command), Path.of("busybox"));
    }
    Path archive = shared.resolve("image.tar");
    run(Map.of(), "tar", "-C", shared.resolve("image").toString(), "-cf", archive.toString(), ".");
    try {
      run(environment, "podman", "import", "-q", archive.toString(), IMAGE);
      imported = true;
      run(environment, "podman", "run", "--rm", IMAGE, "sh", "-c", "exit 0");
    } catch (IOException e) {
      without("podman runs no container here: " + e.getMessage());
    }
  }

  /** What podman needs where it may not raise limits, and where control groups are of two kinds. */
  private static Path configuration() throws IOException {
    boolean runc =
        List.of("/usr/sbin/runc", "/usr/bin/runc").stream()
            .anyMatch(file -> Files.isExecutable(Path.of(file)));
    return Files.writeString(
        shared.resolve("containers.conf"),
        """
        [containers]
        default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
        [engine]
        events_logger = "file"
        %s
        """
            .formatted(runc ? "runtime = \"runc\"" : ""));
  }

  private static void without(String reason) {
    if ("required".equals(System.getProperty("howdah.test.containers"))) {
      throw new AssertionError(reason);
    }
    abort(reason);
  }

  private static List<String> run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said.strip());
    }
    return said.lines().toList();
  }

  @AfterAll
  static void removeImage() throws Exception {
    if (imported) {
      run(environment, "podman", "rmi", "-f", IMAGE);
    }
  }

  @BeforeEach
  void open() {
    caller =
        caller(
            root,
            new ExecSettings(
                ExecPolicy.of(List.of(), List.of(IMAGE.substring(0, IMAGE.length() - 2)), path()),
                Optional.of("podman"),
                4,
                environment));
  }

  @AfterEach
  void close() {
    caller.close();
  }

  private static ExecSpec image(String... arguments) {
    return spec(new Program.Image(IMAGE, List.of(arguments)));
  }

  private static ExecSpec shell(String script) {
    return image("sh", "-c", script);
  }

  /** All containers of this test, running or not. */
  private static List<String> containers() throws Exception {
    List<String> names = new ArrayList<>();
    for (String line :
        run(environment, "podman", "ps", "-a", "--format", "{{.Image}} {{.Names}}")) {
      if (line.startsWith(IMAGE)) {
        names.add(line);
      }
    }
    return names;
  }

  @Test
  void itReadsAndWritesAndSharesTheFilesOfItsExecution() throws Exception {
    ExecSpec first =
        with(
            reading(shell("cat > in.json; echo \"$TOKEN\" > token; cat in.json"), "[1, \"é\"]"),
            Map.of("TOKEN", "t0ken with spaces"),
            Optional.of("work"));
    assertEquals("[1, \"é\"]", text(caller.call(first)));
    Path work = root.resolve(Runs.EXECUTION).resolve("work");
    assertEquals("[1, \"é\"]", Files.readString(work.resolve("in.json")));

    assertEquals("t0ken with spaces\n", text(caller.call(image("cat", "$DATA/work/token"))));
    assertEquals(
        Runs.EXECUTION + " " + Runs.EXECUTION + ":first:1\n",
        text(caller.call(shell("echo $HOWDAH_EXECUTION $HOWDAH_IDEMPOTENCY_KEY"))));
    assertEquals(List.of(), containers());
  }

  @Test
  void itsExitCodeDecides() throws Exception {
    assertEquals("exec.exit", fault(caller.call(shell("echo broken >&2; exit 3"))).code());
    assertEquals(List.of(), containers());
  }

  @Test
  void itIsRemovedWhenItTakesTooLong() throws Exception {
    assertEquals(
        "exec.timeout",
        fault(caller.call(within(Duration.ofSeconds(2), image("sleep", "1000")))).code());
    await().until(() -> containers().isEmpty());
  }

  @Test
  void itIsRemovedWhenItWritesTooMuch() throws Exception {
    assertTrue(
        fault(
                caller.call(
                    shell(
                        "i=0; while [ $i -lt 9000 ]; do echo 0123456789abcdef; i=$((i+1)); done; sleep 1000")))
            .code()
            .startsWith("exec."));
    await().until(() -> containers().isEmpty());
  }

  @Test
  void itIsRemovedWhenItIsCancelled() throws Exception {
    CompletableFuture<ExecAnswer> call = caller.call(image("sleep", "1000"));
    await().until(() -> !containers().isEmpty());
    assertFalse(call.isDone());
    call.cancel(true);
    await().until(() -> containers().isEmpty());
  }

  @Test
  void itIsRemovedWhenItsProcessWasKilled() throws Exception {
    try (Victim victim =
        Victim.start(root, Optional.of(IMAGE), "echo > /data/began; exec sleep 300", environment)) {
      await().until(() -> Files.exists(root.resolve(Runs.EXECUTION).resolve("began")));
      victim.kill();
    }
    assertEquals(1, containers().size());
    assertEquals("next\n", text(caller.call(shell("echo next"))));
    assertEquals(List.of(), containers());
  }

  @Test
  void itEndsSomeTimeAfterItsTimeoutEvenIfNobodyIsThereToRemoveIt() throws Exception {
    CompletableFuture<ExecAnswer> call = caller.call(image("sleep", "300"));
    await().until(() -> !containers().isEmpty());
    String name = containers().get(0).split(" ", -1)[1];
    assertEquals(
        List.of("90"),
        run(environment, "podman", "inspect", "--format", "{{.Config.Timeout}}", name));
    call.cancel(true);
    await().until(() -> containers().isEmpty());
  }
}
