package dev.howdah.engine.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one topic as a member of a consumer group and hands its records on. A record that takes
 * long holds no other back: polling goes on, and what is committed is the part that is done without
 * a gap. When too many records are open the partitions pause.
 */
public final class TopicReader implements AutoCloseable {
  /** Gets the records. Called on the reader's thread; must not block. */
  @FunctionalInterface
  public interface Handler {
    /**
     * @param done to be run once, by any thread, when the record needs not be delivered again
     */
    void handle(ConsumerRecord<String, byte[]> record, Runnable done);
  }

  private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String topic;
  private final KafkaConsumer<String, byte[]> consumer;
  private final boolean sole;
  private final Handler handler;
  private final int mostOpen;
  private final Map<TopicPartition, OffsetWindow> windows = new HashMap<>();
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();
  private final Set<Integer> leaving = ConcurrentHashMap.newKeySet();
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final Thread thread;
  private volatile Consumer<RuntimeException> onDeath = failure -> {};
  private volatile Consumer<Set<Integer>> onGain = partitions -> {};
  private volatile Predicate<Set<Integer>> busy = partitions -> false;
  private volatile Duration leavesWithin = Duration.ZERO;
  private volatile boolean closing;
  private boolean paused;
  private long lastCommit = System.nanoTime();

  /**
   * @param settings of the consumer, its group among them
   * @param sole whether nobody else reads this topic in this group, so that no group protocol is
   *     needed to share it
   * @param mostOpen how many records may be open before reading pauses
   */
  public TopicReader(
      String topic, Map<String, Object> settings, boolean sole, Handler handler, int mostOpen) {
    this.topic = topic;
    this.consumer = new KafkaConsumer<>(settings);
    this.sole = sole;
    this.handler = handler;
    this.mostOpen = mostOpen;
    this.thread = new Thread(this::run, "howdah-read-" + topic);
  }

  public void start() {
    thread.start();
  }

  /**
   * Who is told, on the reader's thread, when the topic cannot be read any more. To be named before
   * the start.
   */
  public void onDeath(Consumer<RuntimeException> told) {
    onDeath = told;
  }

  /**
   * Who is told, on the reader's thread, of partitions that this process did not read before and
   * owns now. To be named before the start.
   */
  public void onGain(Consumer<Set<Integer>> told) {
    onGain = told;
  }

  /**
   * Says whether this process still works on records of partitions that another one is to read: it
   * gives them up when it does not, or after a time. Until then nobody reads them. To be named
   * before the start.
   *
   * @param most less than the group's session lasts
   */
  public void whileBusy(Predicate<Set<Integer>> working, Duration most) {
    busy = working;
    leavesWithin = most;
  }

  /** Whether the group has let this process in, be it with partitions or without. */
  public boolean isMember() {
    return assigned.getCount() == 0 && thread.isAlive();
  }

  /** Whether this process reads the partition at the moment. */
  public boolean owns(int partition) {
    return owned.contains(partition);
  }

  /** Whether this process reads the partition and is not about to give it up. */
  public boolean keeps(int partition) {
    return owned.contains(partition) && !leaving.contains(partition);
  }

  /** Waits until partitions are assigned for the first time. */
  public boolean awaitAssignment(Duration most) throws InterruptedException {
    return assigned.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Begins to stop; {@link #close} waits for it. Several readers then stop at the same time. */
  public void stop() {
    closing = true;
    consumer.wakeup();
  }

  @Override
  public void close() {
    stop();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      join();
      while (!closing) {
        pollOnce();
      }
    } catch (WakeupException e) {
      if (!closing) {
        LOG.error("Reading {} was woken up for no reason; this node reads it no more.", topic, e);
      }
    } catch (RuntimeException e) {
      LOG.error("Reading {} failed; this node reads it no more.", topic, e);
      onDeath.accept(e);
    } finally {
      owned.clear();
      commit(true);
      // Also a member with a name of its own leaves, so that others go on at once.
      consumer.close(
          CloseOptions.timeout(Duration.ofSeconds(2))
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
  }

  private void join() {
    Ownership ownership = new Ownership();
    if (!sole) {
      consumer.subscribe(List.of(topic), ownership);
      return;
    }
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(all);
    ownership.onPartitionsAssigned(all);
  }

  private void pollOnce() {
    ConsumerRecords<String, byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (WakeupException | FencedInstanceIdException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn("Reading {} failed and is tried again: {}", topic, e.getMessage());
      LockSupport.parkNanos(AGAIN_NANOS);
      return;
    }
    for (ConsumerRecord<String, byte[]> record : records) {
      OffsetWindow window =
          windows.computeIfAbsent(
              new TopicPartition(topic, record.partition()),
              partition -> new OffsetWindow(record.offset()));
      handler.handle(record, window.polled(record.offset()));
    }
    pauseOrResume();
    commit(false);
  }

  private void pauseOrResume() {
    int open = windows.values().stream().mapToInt(OffsetWindow::size).sum();
    if (!paused && open > mostOpen) {
      paused = true;
    } else if (paused && open < mostOpen / 2) {
      paused = false;
      consumer.resume(consumer.assignment());
    }
    if (paused) {
      consumer.pause(consumer.assignment());
    }
  }

  private void commit(boolean last) {
    if (!last && System.nanoTime() - lastCommit < COMMIT_NANOS) {
      return;
    }
    lastCommit = System.nanoTime();
    Map<TopicPartition, OffsetAndMetadata> marks = new HashMap<>();
    windows.forEach(
        (partition, window) -> {
          long mark = window.takeCommit();
          if (mark >= 0) {
            marks.put(partition, new OffsetAndMetadata(mark));
          }
        });
    if (marks.isEmpty()) {
      return;
    }
    try {
      if (last) {
        consumer.commitSync(marks, Duration.ofSeconds(2));
      } else {
        consumer.commitAsync(marks, this::committed);
      }
    } catch (RebalanceInProgressException e) {
      LOG.debug("{} is being shared out anew; what is not committed comes again.", topic);
    } catch (KafkaException e) {
      LOG.debug("Offsets of {} are not committed; their records come again.", topic, e);
    }
  }

  /** What could not be committed is tried again, also when nothing more is done until then. */
  private void committed(Map<TopicPartition, OffsetAndMetadata> marks, Exception failure) {
    if (failure != null) {
      LOG.debug("Offsets of {} are not committed yet: {}", topic, failure.getMessage());
      marks
          .keySet()
          .forEach(
              partition -> {
                OffsetWindow window = windows.get(partition);
                if (window != null) {
                  window.notCommitted();
                }
              });
    }
  }

  private final class Ownership implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // No window yet: asking for the position here would ask the broker, and fail when it is
      // gone, which would end the reading for good.
      for (TopicPartition partition : partitions) {
        windows.remove(partition);
        leaving.remove(partition.partition());
        owned.add(partition.partition());
      }
      if (!partitions.isEmpty()) {
        onGain.accept(
            partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
      }
      assigned.countDown();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      finish(partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
      commit(true);
      onPartitionsLost(partitions);
    }

    /** What is under way when somebody else begins to read would be begun again there. */
    private void finish(Set<Integer> partitions) {
      leaving.addAll(partitions);
      long deadline = System.nanoTime() + leavesWithin.toNanos();
      while (!closing && System.nanoTime() - deadline < 0 && busy.test(partitions)) {
        LockSupport.parkNanos(BUSY_NANOS);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        windows.remove(partition);
        owned.remove(partition.partition());
        leaving.remove(partition.partition());
      }
    }
  }
}
