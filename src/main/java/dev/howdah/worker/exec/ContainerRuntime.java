package dev.howdah.worker.exec;

import dev.howdah.fault.FaultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs containers on this machine: docker, podman, or what is called like them. Each container
 * has the name of its run, by which it is removed. Thread-safe.
 */
final class ContainerRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerRuntime.class);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  /** So much longer than its run may a container live; until then its removal is up to us. */
  private static final Duration OVERTIME = Duration.ofMinutes(1);

  private final ExecPolicy policy;
  private final Optional<String> named;
  private final Environment environment;
  private volatile Optional<Path> podman = Optional.empty();

  /**
   * @param named a path or a name that the operator has given
   */
  ContainerRuntime(ExecPolicy policy, Optional<String> named, Environment environment) {
    this.policy = policy;
    this.named = named;
    this.environment = environment;
  }

  /** The name of the container of a run. */
  static String name(String mark) {
    return "howdah-" + mark;
  }

  /**
   * The program that is told what to run.
   *
   * @throws FaultException {@code exec.no-container-runtime}
   */
  Path client() {
    if (named.isPresent()) {
      String wanted = named.get();
      Optional<Path> client =
          wanted.contains("/") ? Optional.of(Path.of(wanted)) : policy.find(wanted);
      return client
          .filter(path -> Files.isExecutable(path) && !Files.isDirectory(path))
          .map(Path::toAbsolutePath)
          .orElseThrow(() -> ExecFaults.noRuntime(wanted + " is no program of this node"));
    }
    return policy
        .find("docker")
        .or(() -> policy.find("podman"))
        .orElseThrow(() -> ExecFaults.noRuntime("neither is on the PATH of this node"));
  }

  /**
   * Arguments of a client that make an end of a container whose node is gone for good, where it
   * knows such: podman does since its version 3.2.
   */
  List<String> limits(Path client, String mark, Duration timeout) {
    if (!podman.equals(Optional.of(client))) {
      Optional<String> version = said(client, mark, "--version");
      if (version.isEmpty() || !version.get().startsWith("podman version ")) {
        return List.of();
      }
      podman = Optional.of(client);
    }
    return List.of("--timeout", Long.toString(timeout.plus(OVERTIME).toSeconds()));
  }

  /**
   * Removes the container of a run, and whoever would make it again. It is removed before its
   * client is ended, which may be what watches over it, and once more after that, should the client
   * have made it only in between.
   *
   * @param client ends the client; says whether it has
   * @return whether there is neither; otherwise the log says why
   */
  boolean remove(String mark, BooleanSupplier client) {
    kill(mark);
    boolean ended = client.getAsBoolean();
    kill(mark);
    return ended && isGone(mark);
  }

  /** First killed, since some clients give a container ten seconds to end before they remove it. */
  private void kill(String mark) {
    try {
      Path client = client();
      said(client, mark, "kill", name(mark));
      said(client, mark, "rm", "-f", name(mark));
    } catch (FaultException e) {
      LOG.warn("The container {} may still run: {}", name(mark), e.fault().message());
    }
  }

  private boolean isGone(String mark) {
    try {
      Optional<String> ids =
          said(client(), mark, "ps", "-a", "-q", "--filter", "name=" + name(mark));
      if (ids.isEmpty() || !ids.get().isBlank()) {
        LOG.warn("The container {} may still run.", name(mark));
        return false;
      }
      return true;
    } catch (FaultException e) {
      return false;
    }
  }

  /** What the client says to its standard output; empty when it fails. */
  private Optional<String> said(Path client, String mark, String... arguments) {
    List<String> command = new ArrayList<>(List.of(client.toString()));
    command.addAll(List.of(arguments));
    Map<String, String> variables = environment.client(mark);
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().clear();
      builder.environment().putAll(variables);
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      if (!process.waitFor(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        LOG.warn("{} did not answer within {} s.", command, ANSWERS_WITHIN.toSeconds());
        return Optional.empty();
      }
      byte[] said = process.getInputStream().readAllBytes();
      return process.exitValue() == 0
          ? Optional.of(new String(said, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IOException e) {
      LOG.warn("{} failed: {}", command, e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
