package dev.howdah.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where and how long a broker of our own starts.
 *
 * @param directory holds the data, the cluster id, a lock and, for a child process, its log; made
 *     on first use; belongs to one broker at a time
 * @param port where clients on this machine find it; 0 takes a free one at every start
 * @param startTimeout after which a start is given up; generous, because recovery after a crash
 *     reads the logs again
 */
public record BrokerSettings(Path directory, int port, Duration startTimeout) {

  private static final Duration GENEROUS = Duration.ofMinutes(2);

  public BrokerSettings {
    directory = Objects.requireNonNull(directory, "directory").toAbsolutePath().normalize();
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 (any) to 65535, not " + port);
    }
    if (startTimeout.isNegative() || startTimeout.isZero()) {
      throw new IllegalArgumentException("a start needs time, not " + startTimeout);
    }
  }

  /** Settings with the usual patience. */
  public BrokerSettings(Path directory, int port) {
    this(directory, port, GENEROUS);
  }
}
