package dev.howdah.worker.exec;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs and faults as the tests of this package need them. */
final class Runs {
  static final String EXECUTION = "e1";

  /** No execution has such a name. */
  static final String LEDGERS = ".runs";

  private Runs() {}

  static ExecCaller caller(Path root, ExecSettings settings) {
    return new ExecCaller(
        settings, new ExecutionDirectories(root, InstantSource.system()), root.resolve(LEDGERS));
  }

  /** Settings under which these programs may run, and nothing else is known of the machine. */
  static ExecSettings allowing(String... programs) {
    return new ExecSettings(
        ExecPolicy.of(List.of(programs), List.of(), path()),
        Optional.empty(),
        8,
        Map.of("PATH", path()));
  }

  static String path() {
    return System.getenv("PATH");
  }

  static ExecSpec local(String... command) {
    return spec(new Program.Local(List.of(command)));
  }

  /** A shell, which every machine of these tests has and which starts whatever they need. */
  static ExecSpec shell(String script) {
    return local("sh", "-c", script);
  }

  static ExecSpec spec(Program program) {
    return new ExecSpec(
        program,
        Map.of(),
        Optional.empty(),
        new byte[0],
        ExecFiles.NONE,
        Duration.ofSeconds(30),
        100_000,
        ExitCodes.of(List.of(0), List.of()),
        EXECUTION,
        EXECUTION + ":first:1");
  }

  static ExecSpec reading(ExecSpec spec, String stdin) {
    return new ExecSpec(
        spec.program(),
        spec.environment(),
        spec.directory(),
        stdin.getBytes(StandardCharsets.UTF_8),
        spec.files(),
        spec.timeout(),
        spec.maxOutput(),
        spec.codes(),
        spec.execution(),
        spec.idempotencyKey());
  }

  static ExecSpec within(Duration timeout, ExecSpec spec) {
    return new ExecSpec(
        spec.program(),
        spec.environment(),
        spec.directory(),
        spec.stdin(),
        spec.files(),
        timeout,
        spec.maxOutput(),
        spec.codes(),
        spec.execution(),
        spec.idempotencyKey());
  }

  static ExecSpec with(ExecSpec spec, Map<String, String> environment, Optional<String> directory) {
    return new ExecSpec(
        spec.program(),
        environment,
        directory,
        spec.stdin(),
        spec.files(),
        spec.timeout(),
        spec.maxOutput(),
        spec.codes(),
        spec.execution(),
        spec.idempotencyKey());
  }

  static ExecSpec with(ExecSpec spec, ExitCodes codes) {
    return new ExecSpec(
        spec.program(),
        spec.environment(),
        spec.directory(),
        spec.stdin(),
        spec.files(),
        spec.timeout(),
        spec.maxOutput(),
        codes,
        spec.execution(),
        spec.idempotencyKey());
  }

  static ExecSpec with(ExecSpec spec, ExecFiles files) {
    return new ExecSpec(
        spec.program(),
        spec.environment(),
        spec.directory(),
        spec.stdin(),
        files,
        spec.timeout(),
        spec.maxOutput(),
        spec.codes(),
        spec.execution(),
        spec.idempotencyKey());
  }

  static String text(CompletableFuture<ExecAnswer> call) throws Exception {
    return call.get(20, TimeUnit.SECONDS).text();
  }

  static Fault fault(CompletableFuture<ExecAnswer> call) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
    return assertInstanceOf(FaultException.class, failure.getCause()).fault();
  }
}
