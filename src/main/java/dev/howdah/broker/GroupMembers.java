package dev.howdah.broker;

import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Tells which partitions of a topic each live member of a consumer group reads. */
public final class GroupMembers {

  /**
   * A member.
   *
   * @param name its client id and what tells it from others of that id
   * @param partitions sorted; never empty
   */
  public record Member(String name, List<Integer> partitions) {
    public Member {
      partitions = List.copyOf(partitions);
    }
  }

  private GroupMembers() {}

  /**
   * The members that read any partition, sorted by name; one that was killed is counted until its
   * session times out.
   *
   * @param timeout for the question
   * @return empty while the group is distributing its partitions anew, which takes moments
   * @throws FaultException {@code broker.unreachable}, {@code broker.topics}
   */
  public static Optional<List<Member>> of(
      Admin admin, String group, String topic, Duration timeout) {
    ConsumerGroupDescription found;
    try {
      found =
          AdminCall.await(
              admin.describeConsumerGroups(Set.of(group)).describedGroups().get(group), timeout);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.of(List.of());
      }
      throw BrokerFaults.topics(e);
    }
    if (found.groupState() == GroupState.PREPARING_REBALANCE
        || found.groupState() == GroupState.COMPLETING_REBALANCE) {
      return Optional.empty();
    }
    TreeMap<String, List<Integer>> byName = new TreeMap<>();
    for (MemberDescription member : found.members()) {
      List<Integer> partitions =
          member.assignment().topicPartitions().stream()
              .filter(partition -> partition.topic().equals(topic))
              .map(TopicPartition::partition)
              .sorted()
              .toList();
      if (!partitions.isEmpty()) {
        byName.put(name(member), partitions);
      }
    }
    return Optional.of(
        byName.entrySet().stream()
            .map(entry -> new Member(entry.getKey(), entry.getValue()))
            .collect(Collectors.toList()));
  }

  /** A static member keeps its name over a restart, and with it what sticks to it. */
  private static String name(MemberDescription member) {
    return member.clientId() + "/" + member.groupInstanceId().orElseGet(member::consumerId);
  }
}
