package dev.howdah.drill;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a drill is told.
 *
 * @param directory where everything is kept; empty at the start
 * @param executions how many are started
 * @param kills how many processes are killed, engine and workers together
 * @param kafkaLosses how many of the engine's kills lose the Kafka data as well
 * @param longestGap the longest time between two kills
 * @param patience how long everything may take to complete after the last kill
 * @param seed of all that is random
 */
record DrillSettings(
    Path directory,
    int executions,
    int kills,
    int kafkaLosses,
    Duration longestGap,
    Duration patience,
    long seed) {
  DrillSettings {
    if (kafkaLosses > kills) {
      throw new IllegalArgumentException("Kafka is lost in a kill or not at all");
    }
  }
}
