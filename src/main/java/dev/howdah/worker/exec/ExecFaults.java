package dev.howdah.worker.exec;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.worker.Excerpt;
import java.time.Duration;

/** The faults that a run can end with; the codes are stable. */
final class ExecFaults {
  /** As much of what a program wrote last as an excerpt keeps. */
  private static final int TAIL = 500;

  private ExecFaults() {}

  static FaultException invalid(String message) {
    return Fault.rejected("exec.invalid-call", Blame.DESIGN, message).toException();
  }

  static FaultException notAllowed(String what, String setting) {
    return Fault.rejected(
            "exec.not-allowed",
            Blame.DESIGN,
            "exec blocks may not run %s here; whoever operates this node can allow it in the setting %s"
                .formatted(Excerpt.of(what), setting))
        .toException();
  }

  static FaultException unknownCommand(String program) {
    return Fault.rejected(
            "exec.unknown-command",
            Blame.WORKER,
            "there is no program %s on this node; install it or run the block in a group whose workers have it"
                .formatted(Excerpt.of(program)))
        .toException();
  }

  static FaultException noRuntime(String looked) {
    return Fault.rejected(
            "exec.no-container-runtime",
            Blame.WORKER,
            "a block with an image needs docker or podman, and %s; install one, or name it in the setting howdah.exec.container-runtime"
                .formatted(looked))
        .toException();
  }

  static FaultException cannotStart(String label, String why) {
    return Fault.retryable(
            "exec.cannot-start",
            Blame.WORKER,
            "%s cannot be started: %s".formatted(Excerpt.of(label), Excerpt.of(why)))
        .toException();
  }

  static FaultException exit(String label, int code, boolean retryable, String stderr) {
    String message =
        "%s ended with exit code %d%s".formatted(Excerpt.of(label), code, said(stderr));
    return (retryable
            ? Fault.retryable("exec.exit", Blame.WORKER, message)
            : Fault.rejected("exec.exit", Blame.WORKER, message))
        .toException();
  }

  static FaultException timeout(String label, Duration limit, boolean started, String stderr) {
    String what =
        started
            ? "was not done within %d ms and was stopped%s"
                .formatted(limit.toMillis(), said(stderr))
            : "did not get its turn within %d ms; allow more processes with howdah.exec.processes"
                .formatted(limit.toMillis());
    return Fault.retryable("exec.timeout", Blame.WORKER, Excerpt.of(label) + " " + what)
        .toException();
  }

  static FaultException tooLarge(String label, String where, long limit) {
    return Fault.rejected(
            "exec.output-too-large",
            Blame.WORKER,
            "%s wrote more than %d bytes %s; let it write less or raise maxOutput"
                .formatted(Excerpt.of(label), limit, Excerpt.of(where)))
        .toException();
  }

  static FaultException stopped(String label) {
    return Fault.retryable(
            "exec.stopped", Blame.ENGINE, Excerpt.of(label) + " was stopped with this node")
        .toException();
  }

  static FaultException noDirectory(String directory, String why) {
    return Fault.rejected(
            "exec.no-directory",
            Blame.WORKER,
            "the directory %s cannot be used: %s".formatted(Excerpt.of(directory), Excerpt.of(why)))
        .toException();
  }

  static FaultException noFile(String name, String why) {
    return Fault.rejected(
            "exec.no-file",
            Blame.WORKER,
            "the file %s of the execution cannot be used: %s"
                .formatted(Excerpt.of(name), Excerpt.of(why)))
        .toException();
  }

  private static String said(String stderr) {
    String tail = stderr.strip();
    tail = tail.substring(Math.max(0, tail.length() - TAIL));
    return tail.isEmpty() ? "" : "; it wrote last: " + Excerpt.of(tail);
  }
}
