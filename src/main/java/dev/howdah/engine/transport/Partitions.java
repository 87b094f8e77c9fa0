package dev.howdah.engine.transport;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Tells the partition of an execution, as Kafka's own partitioner would for the same key. */
public final class Partitions {
  private Partitions() {}

  public static int of(String execution, int partitions) {
    return Utils.toPositive(Utils.murmur2(execution.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
