package dev.howdah.drill;

/**
 * One kill and what followed.
 *
 * @param victim the process
 * @param kafkaLost whether the Kafka data went too
 * @param killedAt epoch milliseconds
 * @param startedAt when it was started again, epoch milliseconds
 */
record Kill(String victim, boolean kafkaLost, long killedAt, long startedAt) {
  boolean isEngine() {
    return victim.startsWith("engine");
  }
}
