package dev.howdah.broker;

import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Who serves a consumer group and how much waits for it, at the moment of asking: why an execution
 * waits.
 *
 * @param clientIds client ids of the live members, sorted; one that was killed is counted until its
 *     session times out
 * @param lag records of the topic that the group has not committed yet
 */
public record GroupLoad(List<String> clientIds, long lag) {

  public GroupLoad {
    clientIds = List.copyOf(clientIds);
  }

  /** How many members are live. */
  public int members() {
    return clientIds.size();
  }

  /**
   * Asks the cluster. A group that nobody has ever joined has no members and lags by all there is.
   *
   * @param timeout for each of the four questions
   * @throws FaultException {@code broker.unreachable} when nobody answers, {@code broker.topics}
   *     when the topic is not there
   */
  public static GroupLoad of(Admin admin, String group, String topic, Duration timeout) {
    try {
      TopicDescription described =
          AdminCall.await(admin.describeTopics(Set.of(topic)).allTopicNames(), timeout).get(topic);
      Set<TopicPartition> partitions =
          described.partitions().stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .collect(Collectors.toSet());
      return new GroupLoad(
          clientIds(admin, group, timeout), lag(admin, group, partitions, timeout));
    } catch (ExecutionException e) {
      throw BrokerFaults.topics(e);
    }
  }

  private static List<String> clientIds(Admin admin, String group, Duration timeout)
      throws ExecutionException {
    try {
      return AdminCall.await(
              admin.describeConsumerGroups(Set.of(group)).describedGroups().get(group), timeout)
          .members()
          .stream()
          .map(member -> member.clientId())
          .sorted()
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  private static long lag(
      Admin admin, String group, Set<TopicPartition> partitions, Duration timeout)
      throws ExecutionException {
    Map<TopicPartition, Long> committed = committed(admin, group, timeout);
    var starts = offsets(admin, partitions, OffsetSpec.earliest(), timeout);
    var ends = offsets(admin, partitions, OffsetSpec.latest(), timeout);
    long lag = 0;
    for (TopicPartition partition : partitions) {
      // What retention has removed since the last commit is no longer waiting for anybody.
      long start = starts.get(partition).offset();
      long next = Math.max(start, committed.getOrDefault(partition, start));
      lag += Math.max(0, ends.get(partition).offset() - next);
    }
    return lag;
  }

  private static Map<TopicPartition, ListOffsetsResultInfo> offsets(
      Admin admin, Set<TopicPartition> partitions, OffsetSpec which, Duration timeout)
      throws ExecutionException {
    return AdminCall.await(
        admin
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)))
            .all(),
        timeout);
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group, Duration timeout)
      throws ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> answer;
    try {
      answer =
          AdminCall.await(
              admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), timeout);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
    Map<TopicPartition, Long> committed = new HashMap<>();
    answer.forEach(
        (partition, offset) -> {
          if (Objects.nonNull(offset)) {
            committed.put(partition, offset.offset());
          }
        });
    return committed;
  }
}
