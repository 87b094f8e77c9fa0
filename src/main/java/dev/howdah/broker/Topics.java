package dev.howdah.broker;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Howdah's topics on a cluster, made before anything is sent to them.
 *
 * <p>A topic counts as made only when the leader of every partition has answered for its log.
 * Before that a send can be lost (KAFKA-15591): of two requests in flight the first may be refused
 * because the log is not there yet and the second be judged before the first has been repeated,
 * whereupon the partition takes nothing more from that producer until the delivery times out.
 *
 * <p>Thread-safe. Does not own the admin client.
 */
public final class Topics {
  /** Messages to the engine; the key is the execution's id. */
  public static final String WORK = "howdah.work";

  /** Designs, deployments and cancels; compacted, one partition, so that all is in one order. */
  public static final String CONTROL = "howdah.control";

  /** What could not be handled at all. */
  public static final String DEAD_LETTER = "howdah.dead-letter";

  /** Small, so that retention, which removes whole segments, keeps the disk bounded. */
  static final long SEGMENT_BYTES = 16L * 1024 * 1024;

  private static final String GROUP_PREFIX = "howdah.group.";
  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
  private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Duration SEGMENT_AGE = Duration.ofHours(1);
  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(7);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Admin admin;
  private final TopicSettings settings;
  private final Duration timeout;

  /**
   * Topics on the cluster of a client.
   *
   * @param timeout how long each of the methods may take
   */
  public Topics(Admin admin, TopicSettings settings, Duration timeout) {
    this.admin = admin;
    this.settings = settings;
    this.timeout = timeout;
  }

  /**
   * The topic of a worker group.
   *
   * @throws FaultException {@code group.name} when the name is not one
   */
  public static String group(String name) {
    if (name == null || !GROUP.matcher(name).matches()) {
      throw Fault.rejected(
              "group.name",
              Blame.CALLER,
              "«%s» cannot name a worker group: use 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit."
                  .formatted(name))
          .toException();
    }
    return GROUP_PREFIX + name;
  }

  /**
   * Makes every topic that is missing and returns when all can be written. Existing topics keep
   * their settings. May be called again, and by many nodes at once.
   *
   * @param groups names of the worker groups known so far
   * @return the topics that have fewer partitions than wanted; also logged
   * @throws FaultException {@code broker.unreachable}, {@code broker.topics} or {@code group.name}
   */
  public List<Shortfall> ensure(Collection<String> groups) {
    List<NewTopic> wanted = new ArrayList<>();
    wanted.add(topic(WORK, settings.workPartitions(), bounded(settings.retention())));
    wanted.add(topic(CONTROL, 1, compacted(settings.retention())));
    wanted.add(topic(DEAD_LETTER, 1, bounded(DEAD_LETTER_RETENTION)));
    for (String group : groups) {
      wanted.add(groupTopic(group));
    }
    return make(wanted);
  }

  /**
   * Makes the topic of one more worker group, as {@link #ensure} would have.
   *
   * @return the topic's name
   */
  public String ensureGroup(String name) {
    NewTopic topic = groupTopic(name);
    make(List.of(topic));
    return topic.name();
  }

  /**
   * The worker groups that have a topic.
   *
   * @throws FaultException {@code broker.unreachable} or {@code broker.topics}
   */
  public List<String> groups() {
    try {
      return AdminCall.await(admin.listTopics().names(), timeout).stream()
          .filter(topic -> topic.startsWith(GROUP_PREFIX))
          .map(topic -> topic.substring(GROUP_PREFIX.length()))
          .toList();
    } catch (ExecutionException e) {
      throw BrokerFaults.topics(e);
    }
  }

  /**
   * How many partitions a topic has.
   *
   * @throws FaultException {@code broker.topics} when there is no such topic
   */
  public int partitions(String topic) {
    try {
      return describe(Set.of(topic)).get(topic).partitions().size();
    } catch (ExecutionException e) {
      throw BrokerFaults.topics(e);
    }
  }

  private NewTopic groupTopic(String name) {
    return topic(group(name), settings.groupPartitions(), bounded(settings.retention()));
  }

  private List<Shortfall> make(List<NewTopic> wanted) {
    try {
      create(wanted);
      List<Shortfall> shortfalls = awaitWritable(wanted);
      for (Shortfall s : shortfalls) {
        LOG.warn(
            "Topic {} has {} partitions instead of {}; at most {} nodes can share it",
            s.topic(),
            s.found(),
            s.wanted(),
            s.found());
      }
      return shortfalls;
    } catch (ExecutionException e) {
      throw BrokerFaults.topics(e);
    }
  }

  private void create(List<NewTopic> wanted) throws ExecutionException {
    Set<String> existing = AdminCall.await(admin.listTopics().names(), timeout);
    List<NewTopic> missing = wanted.stream().filter(t -> !existing.contains(t.name())).toList();
    if (missing.isEmpty()) {
      return;
    }
    int brokers = AdminCall.await(admin.describeCluster().nodes(), timeout).size();
    int copies = Math.max(1, Math.min(settings.replication(), brokers));
    if (copies < settings.replication()) {
      LOG.warn(
          "Making topics with {} copies instead of {}: the cluster has no more brokers",
          copies,
          settings.replication());
    }
    var creating = admin.createTopics(missing.stream().map(t -> copied(t, copies)).toList());
    for (var topic : creating.values().values()) {
      try {
        AdminCall.await(topic, timeout);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /** Leaders are awaited first, then asked for their last offset, which only an open log has. */
  private List<Shortfall> awaitWritable(List<NewTopic> wanted) throws ExecutionException {
    Map<String, Integer> partitions =
        wanted.stream().collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions));
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        Map<String, TopicDescription> found = describe(partitions.keySet());
        if (found.values().stream().allMatch(Topics::led)) {
          AdminCall.await(admin.listOffsets(lastOffsets(found)).all(), timeout);
          return found.values().stream()
              .filter(t -> t.partitions().size() < partitions.get(t.name()))
              .map(t -> new Shortfall(t.name(), partitions.get(t.name()), t.partitions().size()))
              .toList();
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)) {
          throw e;
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw BrokerFaults.topics(
            new IllegalStateException(
                "partitions of %s had no leader within %d s"
                    .formatted(partitions.keySet(), timeout.toSeconds())));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private Map<String, TopicDescription> describe(Set<String> topics) throws ExecutionException {
    return AdminCall.await(admin.describeTopics(topics).allTopicNames(), timeout);
  }

  private static boolean led(TopicDescription topic) {
    return topic.partitions().stream().allMatch(p -> p.leader() != null && !p.leader().isEmpty());
  }

  private static Map<TopicPartition, OffsetSpec> lastOffsets(Map<String, TopicDescription> topics) {
    return topics.values().stream()
        .flatMap(t -> t.partitions().stream().map(p -> new TopicPartition(t.name(), p.partition())))
        .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> configs) {
    return new NewTopic(name, partitions, (short) 1).configs(configs);
  }

  private static NewTopic copied(NewTopic topic, int copies) {
    Map<String, String> configs = new LinkedHashMap<>(topic.configs());
    configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, copies > 2 ? "2" : "1");
    return new NewTopic(topic.name(), topic.numPartitions(), (short) copies).configs(configs);
  }

  private Map<String, String> bounded(Duration retention) {
    Map<String, String> configs = common();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    configs.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(settings.retentionBytes()));
    return configs;
  }

  /** What a key said last is told to newcomers for as long as anything it may be about is. */
  private static Map<String, String> compacted(Duration retention) {
    Map<String, String> configs = common();
    configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    return configs;
  }

  private static Map<String, String> common() {
    Map<String, String> configs = new LinkedHashMap<>();
    configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(SEGMENT_BYTES));
    configs.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(SEGMENT_AGE.toMillis()));
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Clients.MAX_MESSAGE_BYTES));
    return configs;
  }
}
