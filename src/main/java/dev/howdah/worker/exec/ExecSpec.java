package dev.howdah.worker.exec;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One run of a program, checked: nothing in it can take the place of what the operator decides.
 *
 * @param program what to run
 * @param environment more variables; those that steer the loader or belong to Howdah are refused
 * @param directory the working directory, absolute or in that of the execution; that one if empty
 * @param stdin what is sent to standard input; not copied
 * @param files files of the execution that the run begins with and gives
 * @param timeout the most the run may take, the wait for its turn included
 * @param maxOutput the most bytes of standard output, or of the file to give, between 1 and {@link
 *     #LARGEST_OUTPUT}
 * @param codes what its exit codes mean
 * @param execution the id of the execution, whose files it shares
 * @param idempotencyKey the same for a run that is repeated
 */
// nobody changes the bytes, and no two specs are ever compared
@SuppressWarnings("ArrayRecordComponent")
public record ExecSpec(
    Program program,
    Map<String, String> environment,
    Optional<String> directory,
    byte[] stdin,
    ExecFiles files,
    Duration timeout,
    long maxOutput,
    ExitCodes codes,
    String execution,
    String idempotencyKey) {

  /** The most that {@link #maxOutput} can be: what one array holds. */
  public static final long LARGEST_OUTPUT = Integer.MAX_VALUE - 8;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern RESERVED = Pattern.compile("DATA|HOWDAH_.*|LD_.*|DYLD_.*");

  /**
   * Checks every part.
   *
   * @throws dev.howdah.fault.FaultException {@code exec.invalid-call}
   */
  public ExecSpec {
    Objects.requireNonNull(program, "program");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(codes, "codes");
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
    environment = checked(environment);
    if (timeout.isNegative() || timeout.isZero()) {
      throw ExecFaults.invalid("the timeout is " + timeout + "; it must be positive");
    }
    if (maxOutput < 1 || maxOutput > LARGEST_OUTPUT) {
      throw ExecFaults.invalid("the largest output is from 1 to " + LARGEST_OUTPUT + " bytes");
    }
    ExecutionDirectories.check(execution);
  }

  private static Map<String, String> checked(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches()) {
            throw ExecFaults.invalid("\"" + name + "\" cannot name an environment variable");
          }
          if (RESERVED.matcher(name).matches()) {
            throw ExecFaults.invalid(
                "the environment variable " + name + " is not for blocks to set; leave it out");
          }
          if (value.indexOf('\0') >= 0) {
            throw ExecFaults.invalid("the environment variable " + name + " holds a zero byte");
          }
        });
    return Map.copyOf(new LinkedHashMap<>(environment));
  }
}
