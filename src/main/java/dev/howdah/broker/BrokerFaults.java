package dev.howdah.broker;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;

/** The faults that a broker can end in, each with its place and its cure. */
final class BrokerFaults {
  private BrokerFaults() {}

  static FaultException portTaken(int port) {
    return Fault.rejected(
            "broker.port-taken",
            Blame.ENGINE,
            "Port %d on 127.0.0.1 is taken by another program; give the broker another port, or 0 for a free one."
                .formatted(port))
        .toException();
  }

  static FaultException directory(Path directory, Exception cause) {
    return Fault.rejected(
            "broker.directory",
            Blame.ENGINE,
            "The broker cannot keep its data in %s: %s. Give it a directory that it may write to."
                .formatted(directory, reason(cause)))
        .toException();
  }

  static FaultException inUse(Path directory) {
    return Fault.retryable(
            "broker.directory-in-use",
            Blame.ENGINE,
            "Another broker is running on %s; stop it or give this one a directory of its own."
                .formatted(directory))
        .toException();
  }

  static FaultException notStarted(Path directory, String why) {
    return Fault.rejected(
            "broker.start",
            Blame.ENGINE,
            "The broker on %s did not start: %s".formatted(directory, sentence(why)))
        .toException();
  }

  static Fault died(Path directory, String why) {
    return Fault.rejected(
        "broker.died",
        Blame.ENGINE,
        "The broker on %s has stopped: %s Restart this process; what was acknowledged is kept."
            .formatted(directory, sentence(why)));
  }

  static FaultException unreachable(String bootstrapServers, Duration timeout, Throwable cause) {
    return Fault.retryable(
            "broker.unreachable",
            Blame.ENGINE,
            "No Kafka broker answers at %s within %s; check that it runs and that the address is right (%s)."
                .formatted(bootstrapServers, seconds(timeout), reason(cause)))
        .toException();
  }

  static FaultException notAuthenticated(String bootstrapServers, Throwable cause) {
    return Fault.rejected(
            "broker.not-authenticated",
            Blame.CALLER,
            "The Kafka cluster at %s and this process do not accept each other (%s); check howdah.kafka.security.*, sasl.* and ssl.*."
                .formatted(bootstrapServers, reason(cause)))
        .toException();
  }

  static FaultException client(Throwable cause) {
    return Fault.rejected(
            "broker.client",
            Blame.CALLER,
            "No Kafka client can be made with howdah.kafka.security.*, sasl.* and ssl.* as they are (%s)."
                .formatted(reason(cause)))
        .toException();
  }

  static FaultException silent(Duration timeout, Throwable cause) {
    return Fault.retryable(
            "broker.unreachable",
            Blame.ENGINE,
            "The Kafka cluster did not answer within %s; check that it runs (%s)."
                .formatted(seconds(timeout), reason(cause)))
        .toException();
  }

  static FaultException topics(Throwable cause) {
    return Fault.retryable(
            "broker.topics",
            Blame.ENGINE,
            "Howdah's topics could not be made ready: %s. Check the cluster and its permissions."
                .formatted(reason(cause)))
        .toException();
  }

  static FaultException address(String bootstrapServers, Throwable cause) {
    return Fault.rejected(
            "broker.address",
            Blame.ENGINE,
            "«%s» is not a list of Kafka addresses; write host:port[,host:port…] (%s)."
                .formatted(bootstrapServers, reason(cause)))
        .toException();
  }

  /** What went wrong at the root, on one line. */
  static String reason(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    if (root instanceof FileAlreadyExistsException file) {
      return file.getFile() + " is not a directory";
    }
    if (root instanceof AccessDeniedException file) {
      return "access to " + file.getFile() + " is denied";
    }
    String message = root.getMessage();
    String text = message == null ? root.getClass().getSimpleName() : message;
    return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ").replaceAll("\\.$", "");
  }

  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
