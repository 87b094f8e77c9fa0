package dev.howdah.worker.exec;

import java.util.Map;
import java.util.Optional;

/**
 * How a process runs programs.
 *
 * @param policy what may run
 * @param runtime what runs containers: a path or a name; docker or podman, as found, if empty
 * @param processes how many run at a time, at least 1
 * @param environment the variables of this process, of which programs get a few
 */
public record ExecSettings(
    ExecPolicy policy, Optional<String> runtime, int processes, Map<String, String> environment) {
  public ExecSettings {
    environment = Map.copyOf(environment);
    if (processes < 1) {
      throw new IllegalArgumentException("at least one process runs at a time");
    }
  }
}
