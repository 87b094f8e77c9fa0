package dev.howdah.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The properties with which Howdah's own Kafka clients are made: keys are text, values bytes.
 *
 * <p>Each call gives a new map that the caller may add to.
 */
public final class Clients {
  /** The longest message that topics, producers and consumers agree on, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

  /** A consumer that says nothing for this long is taken for dead; brokers allow no less. */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(30);

  private Clients() {}

  /** For an admin client. */
  public static Map<String, Object> admin(ClusterAccess cluster) {
    Map<String, Object> p = common(cluster);
    p.put(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
        Math.toIntExact(DELIVERY_TIMEOUT.toMillis()));
    return p;
  }

  /**
   * For a producer whose acknowledgement means that every in-sync replica has the record, once and
   * in order per partition. It gives up on a record after 30 seconds.
   *
   * @param linger how long a record may wait for others to share its request
   */
  public static Map<String, Object> producer(ClusterAccess cluster, Duration linger) {
    Map<String, Object> p = common(cluster);
    p.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    p.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    p.put(ProducerConfig.ACKS_CONFIG, "all");
    p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // With more, a partition whose leader refuses the first request and takes the second answers
    // OutOfOrderSequence until the delivery times out. Batches make up for the waiting.
    p.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    p.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    p.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    p.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
    p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_MESSAGE_BYTES);
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_TIMEOUT.toMillis());
    p.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Math.toIntExact(DELIVERY_TIMEOUT.plus(linger).toMillis()));
    return p;
  }

  /**
   * For a member of a consumer group that commits by itself, starts at the beginning where nothing
   * is committed, and is replaced six seconds after it has gone silent.
   *
   * @param group the consumer group
   * @param clientId names the process in {@link GroupLoad}
   * @param instanceId makes the member static: one that comes back under this id within the session
   *     timeout keeps its partitions and nobody is disturbed. Unique in the group
   */
  public static Map<String, Object> consumer(
      ClusterAccess cluster, String group, String clientId, Optional<String> instanceId) {
    Map<String, Object> p = reader(cluster, clientId);
    p.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    // The newer protocol cannot notice a dead member in less than 45 seconds.
    p.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    p.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    p.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION_TIMEOUT.toMillis()));
    p.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1000);
    instanceId.ifPresent(id -> p.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    return p;
  }

  /**
   * For a consumer outside any group, which assigns its partitions itself: the reply and the
   * control topic are read so.
   */
  public static Map<String, Object> reader(ClusterAccess cluster, String clientId) {
    Map<String, Object> p = common(cluster);
    p.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    p.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    p.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    p.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    return p;
  }

  private static Map<String, Object> common(ClusterAccess cluster) {
    Map<String, Object> p = new HashMap<>(cluster.security());
    p.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, cluster.servers());
    p.put(
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
    p.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000L);
    p.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 30_000L);
    p.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return p;
  }
}
