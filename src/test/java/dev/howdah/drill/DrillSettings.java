package dev.howdah.drill;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a drill is told.
 *
 * @param directory where everything is kept; empty at the start
 * @param form what is killed
 * @param executions how many are started
 * @param kills how many processes are killed, engines and workers together
 * @param kafkaLosses how many of the engine's kills lose the Kafka data as well
 * @param longestGap the longest time between two kills
 * @param longestPause the longest time until what was killed is started again
 * @param patience how long everything may take to complete after the last kill
 * @param seed of all that is random
 */
record DrillSettings(
    Path directory,
    Form form,
    int executions,
    int kills,
    int kafkaLosses,
    Duration longestGap,
    Duration longestPause,
    Duration patience,
    long seed) {
  /** The processes of an installation. */
  enum Form {
    /** One engine with its own database and broker, and workers. */
    ALONE,
    /** Two engines that share a PostgreSQL database and a broker, which stay, and workers. */
    SHARED
  }

  DrillSettings {
    if (kafkaLosses > (form == Form.ALONE ? kills : 0)) {
      throw new IllegalArgumentException("Kafka is lost in a kill of its engine or not at all");
    }
  }
}
