package dev.howdah.broker;

import java.time.Duration;

/**
 * How Howdah's topics are made.
 *
 * @param workPartitions of {@code howdah.work}: the most engine nodes that can share the work
 * @param groupPartitions of each group topic: the most worker nodes that can share a group
 * @param replication copies of each partition; fewer where the cluster has fewer brokers
 * @param retention how long work is kept; the database can send it again
 * @param retentionBytes how much of it is kept per partition
 */
public record TopicSettings(
    int workPartitions,
    int groupPartitions,
    int replication,
    Duration retention,
    long retentionBytes) {

  private static final Duration DAY = Duration.ofDays(1);
  private static final long MIB = 1024L * 1024;

  public TopicSettings {
    if (Math.min(workPartitions, groupPartitions) < 1) {
      throw new IllegalArgumentException("a topic has at least one partition");
    }
    if (replication < 1 || replication > Short.MAX_VALUE) {
      throw new IllegalArgumentException("replication is at least 1, not " + replication);
    }
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException("retention is a positive time, not " + retention);
    }
    if (retentionBytes < Topics.SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "retention is at least one segment of %d bytes, not %d"
              .formatted(Topics.SEGMENT_BYTES, retentionBytes));
    }
  }

  /** For a broker of our own: eight partitions, one copy, at most 1 GiB a topic. */
  public static TopicSettings embedded() {
    return new TopicSettings(8, 8, 1, DAY, 128 * MIB);
  }

  /** For a cluster: 64 partitions of work, three copies. */
  public static TopicSettings external() {
    return new TopicSettings(64, 8, 3, DAY, 1024 * MIB);
  }
}
