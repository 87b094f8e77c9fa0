package dev.howdah.engine;

import dev.howdah.broker.Clients;
import dev.howdah.broker.ClusterAccess;
import dev.howdah.broker.Topics;
import dev.howdah.design.Block;
import dev.howdah.engine.transport.TopicReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * The worker groups this node knows: their topics, and a reader for each group the node serves
 * itself. A group comes into being when a design first names it. Thread-safe.
 */
final class Groups implements AutoCloseable {
  /** Waiting longer than this for a first assignment is left to the sweeper. */
  private static final Duration FIRST_ASSIGNMENT = Duration.ofSeconds(3);

  /** How long an attempt under way may hold up that another node takes its partition over. */
  static final Duration LEAVES_WITHIN = Duration.ofSeconds(3);

  private final Topics topics;
  private final ClusterAccess cluster;
  private final String node;
  private final Predicate<String> served;
  private final TopicReader.Handler handler;
  private final int mostOpen;
  private final BiPredicate<Set<Integer>, Integer> busy;
  private final TopicReader work;
  private final int workPartitions;
  private final Map<String, Group> known = new ConcurrentHashMap<>();

  /** A group whose topic exists; the reader is there when this node serves it. */
  record Group(String name, String topic, int partitions, Optional<TopicReader> reader) {
    /** Whether this node reads the partition, and is not about to leave it to another. */
    boolean isOwned(int partition) {
      return reader.isPresent() && reader.get().keeps(partition);
    }
  }

  Groups(
      Topics topics,
      ClusterAccess cluster,
      String node,
      Predicate<String> served,
      TopicReader.Handler handler,
      int mostOpen,
      BiPredicate<Set<Integer>, Integer> busy,
      TopicReader work) {
    this.topics = topics;
    this.cluster = cluster;
    this.node = node;
    this.served = served;
    this.handler = handler;
    this.mostOpen = mostOpen;
    this.busy = busy;
    this.work = work;
    this.workPartitions = topics.partitions(Topics.WORK);
  }

  /** The group of that name; created, and waited for, when it is new. */
  Group of(String name) {
    Group group = known.get(name);
    return group != null ? group : known.computeIfAbsent(name, this::open);
  }

  /**
   * Begins to read the groups this node is to serve and that only other nodes have sent to so far.
   * Blocks.
   */
  void serveAll() {
    topics.groups().stream().filter(served).forEach(this::of);
  }

  Iterable<Group> all() {
    return known.values();
  }

  private Group open(String name) {
    if (name.equals(Block.DEFAULT_GROUP)) {
      return new Group(name, Topics.WORK, workPartitions, Optional.of(work));
    }
    String topic = topics.ensureGroup(name);
    int partitions = topics.partitions(topic);
    if (!served.test(name)) {
      return new Group(name, topic, partitions, Optional.empty());
    }
    TopicReader reader =
        new TopicReader(
            topic,
            Clients.consumer(cluster, topic, node, Optional.of(node)),
            false,
            handler,
            mostOpen);
    reader.whileBusy(left -> busy.test(left, partitions), LEAVES_WITHIN);
    reader.start();
    try {
      reader.awaitAssignment(FIRST_ASSIGNMENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Group(name, topic, partitions, Optional.of(reader));
  }

  /** Stops reading, the work topic included. */
  @Override
  public void close() {
    Set<TopicReader> readers = new HashSet<>(Set.of(work));
    known.values().forEach(group -> group.reader().ifPresent(readers::add));
    readers.forEach(TopicReader::stop);
    readers.forEach(TopicReader::close);
  }
}
