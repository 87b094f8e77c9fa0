package dev.howdah.engine;

import dev.howdah.design.Block;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.flow.Flow;
import dev.howdah.engine.flow.Waiting;
import dev.howdah.engine.record.Event;
import dev.howdah.engine.transport.Partitions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds stages that were sent and got lost. A stage is lost when its group has committed past its
 * record, or past all records there were when it was first missed, or when retention has deleted
 * these, and no result has come; and, for partitions this node reads itself, when it does not run
 * here.
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final long MISSED_AFTER_MILLIS = 2_000;
  private static final long ELSEWHERE_MISSED_AFTER_MILLIS = 5_000;

  private final Groups groups;
  private final Dispatcher dispatcher;
  private final ExpressRuns express;
  private final Admin admin;
  private final InstantSource clock;
  private final Consumer<Event> recorder;
  private final Map<String, Map<Integer, Long>> marks = new HashMap<>();
  private final Set<String> suspects = new HashSet<>();

  Sweeper(
      Groups groups,
      Dispatcher dispatcher,
      ExpressRuns express,
      Admin admin,
      InstantSource clock,
      Consumer<Event> recorder) {
    this.groups = groups;
    this.dispatcher = dispatcher;
    this.express = express;
    this.admin = admin;
    this.clock = clock;
    this.recorder = recorder;
  }

  /**
   * Has what is lost sent again. Asks the broker, so it may block; called by one thread, every
   * second or so.
   */
  void sweep() {
    List<Dispatch> overdue = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> looked = new CompletableFuture<>();
    recorder.accept(
        recording -> {
          recording.atHand().forEach(flow -> overdue.addAll(overdue(flow, key -> true)));
          recording.afterCommit(() -> looked.complete(null));
        });
    try {
      looked.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (ExecutionException | TimeoutException e) {
      return;
    }
    express.look((flow, elsewhere) -> overdue.addAll(overdue(flow, elsewhere)));
    sweep(overdue);
  }

  /** The stages of a flow that have had no result for a while and do not run here. */
  private List<Dispatch> overdue(Flow flow, Predicate<String> sent) {
    List<Dispatch> found = new ArrayList<>(0);
    long now = clock.millis();
    if (now - flow.lastEventAt() < MISSED_AFTER_MILLIS || !flow.hasOutstanding()) {
      return found;
    }
    for (Waiting waiting : flow.waitingFor()) {
      String key = Dispatch.idempotencyKey(flow.subject().id(), waiting.path(), waiting.attempt());
      if (waiting.reason() != Waiting.Reason.GROUP
          || now - waiting.since() < MISSED_AFTER_MILLIS
          || !sent.test(key)
          || dispatcher.isInFlight(key)) {
        continue;
      }
      Groups.Group group = groups.of(waiting.group());
      boolean here = group.isOwned(Partitions.of(flow.subject().id(), group.partitions()));
      if (here || now - waiting.since() >= ELSEWHERE_MISSED_AFTER_MILLIS) {
        flow.outstanding(waiting.path()).ifPresent(found::add);
      }
    }
    return found;
  }

  private void sweep(List<Dispatch> overdue) {
    Map<String, List<Dispatch>> byGroup = new HashMap<>();
    Set<String> keys = new HashSet<>();
    for (Dispatch dispatch : overdue) {
      keys.add(dispatch.idempotencyKey());
      byGroup.computeIfAbsent(dispatch.group(), g -> new ArrayList<>()).add(dispatch);
    }
    marks.keySet().retainAll(keys);
    suspects.retainAll(keys);
    byGroup.forEach(this::sweep);
  }

  private void sweep(String name, List<Dispatch> overdue) {
    Groups.Group group = groups.of(name);
    Map<Integer, Long> committed;
    Map<Integer, Long> begins;
    Map<Integer, Long> ends;
    try {
      committed = committed(group);
      begins = offsets(group, OffsetSpec.earliest());
      ends = offsets(group, OffsetSpec.latest());
    } catch (Exception e) {
      LOG.debug("The broker does not tell how far group {} is.", name, e);
      return;
    }
    for (Dispatch dispatch : overdue) {
      String key = dispatch.idempotencyKey();
      Map<Integer, Long> mark = marks.computeIfAbsent(key, k -> mark(group, dispatch, ends));
      // What retention has deleted nobody will read, so it is as good as passed.
      boolean passed =
          mark.entrySet().stream()
              .allMatch(
                  m ->
                      Math.max(
                              committed.getOrDefault(m.getKey(), 0L),
                              begins.getOrDefault(m.getKey(), 0L))
                          >= m.getValue());
      if (!passed || suspects.add(key)) {
        continue;
      }
      marks.remove(key);
      suspects.remove(key);
      if (!express.lost(dispatch)) {
        recorder.accept(new Events.Lost(dispatch, dispatcher));
      }
    }
  }

  /**
   * How far its group must have read for a stage to be lost, by partition. Which partition a worker
   * was picked by, nobody knows after a restart: then it is all of them.
   */
  private Map<Integer, Long> mark(Groups.Group group, Dispatch dispatch, Map<Integer, Long> ends) {
    Optional<RecordMetadata> sent = dispatcher.sentTo(dispatch.idempotencyKey());
    if (sent.isPresent()) {
      return Map.of(sent.get().partition(), sent.get().offset() + 1);
    }
    if (dispatch.placement().isPresent()) {
      return ends;
    }
    int partition = Partitions.of(dispatch.execution(), group.partitions());
    return Map.of(partition, ends.getOrDefault(partition, 0L));
  }

  private Map<Integer, Long> committed(Groups.Group group) throws Exception {
    String consumerGroup = group.name().equals(Block.DEFAULT_GROUP) ? Engine.GROUP : group.topic();
    Map<Integer, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
        admin
            .listConsumerGroupOffsets(consumerGroup)
            .partitionsToOffsetAndMetadata()
            .get()
            .entrySet()) {
      if (entry.getValue() != null) {
        offsets.put(entry.getKey().partition(), entry.getValue().offset());
      }
    }
    return offsets;
  }

  private Map<Integer, Long> offsets(Groups.Group group, OffsetSpec which) throws Exception {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (int i = 0; i < group.partitions(); i++) {
      all.put(new TopicPartition(group.topic(), i), which);
    }
    Map<Integer, Long> offsets = new HashMap<>();
    admin
        .listOffsets(all)
        .all()
        .get()
        .forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }
}
