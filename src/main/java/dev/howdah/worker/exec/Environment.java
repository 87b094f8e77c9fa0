package dev.howdah.worker.exec;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The variables of programs: of this process's own they get only what tells where things are and
 * which language is spoken, so no secret and no setting of Howdah ever.
 */
final class Environment {
  /** The directory of the execution. */
  static final String DATA = "DATA";

  /** Tells one run from all others, for whoever has to find what is left of it. */
  static final String MARK = "HOWDAH_RUN";

  private static final Pattern PASSED =
      Pattern.compile("PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR");

  /** What the client of a container runtime needs besides to find its daemon. */
  private static final Pattern RUNTIME =
      Pattern.compile("DOCKER_.*|CONTAINER_.*|CONTAINERS_.*|XDG_RUNTIME_DIR|SSH_AUTH_SOCK");

  private final Map<String, String> own;

  /**
   * @param own the variables of this process
   */
  Environment(Map<String, String> own) {
    this.own = Map.copyOf(own);
  }

  /** The variable by which the processes of a run are found, with its value. */
  static String mark(String mark) {
    return MARK + "=" + mark;
  }

  /** The variables of a program of this machine. */
  Map<String, String> local(ExecSpec spec, String data, String mark) {
    Map<String, String> variables = kept(PASSED);
    variables.putAll(spec.environment());
    variables.putAll(told(spec, data));
    variables.put(MARK, mark);
    return variables;
  }

  /** The variables of the client of a container runtime, those of the container apart. */
  Map<String, String> client(String mark) {
    Map<String, String> variables = kept(PASSED);
    variables.putAll(kept(RUNTIME));
    variables.put(MARK, mark);
    return variables;
  }

  /** Whether a variable means something to the client of a container runtime itself. */
  static boolean isOfClient(String name) {
    return PASSED.matcher(name).matches() || RUNTIME.matcher(name).matches();
  }

  /** What every program is told. */
  static Map<String, String> told(ExecSpec spec, String data) {
    return Map.of(
        DATA,
        data,
        "HOWDAH_EXECUTION",
        spec.execution(),
        "HOWDAH_IDEMPOTENCY_KEY",
        spec.idempotencyKey());
  }

  private Map<String, String> kept(Pattern names) {
    Map<String, String> kept = new HashMap<>();
    own.forEach(
        (name, value) -> {
          if (names.matcher(name).matches()) {
            kept.put(name, value);
          }
        });
    return kept;
  }
}
