package dev.howdah.engine;

import dev.howdah.block.spi.Placement;
import dev.howdah.broker.GroupMembers.Member;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.engine.transport.Partitions;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picks the partition a stage is sent to so that a certain worker gets it, and counts what each
 * partition has been sent and has no result yet. Whoever reads a partition later takes over its
 * count along with its work. Thread-safe.
 */
final class Balancer {
  /** Asks who reads what of a group; empty while that changes. */
  @FunctionalInterface
  interface Census {
    Optional<List<Member>> of(Groups.Group group);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);

  private final Census census;
  private final LongSupplier nanos;
  private final IntUnaryOperator random;
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, AtomicIntegerArray> counts = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Placed>> placed = new ConcurrentHashMap<>();

  private record Placed(String group, int partition) {}

  /** What is known of a group: who was there at a time, and whose turn is next. */
  private static final class Known {
    private List<Member> members = List.of();
    private long asOf;
    private boolean asked;
    private int turn;
  }

  /**
   * @param nanos a monotonic clock
   * @param random a number from 0 to less than the one given
   */
  Balancer(Census census, LongSupplier nanos, IntUnaryOperator random) {
    this.census = census;
    this.nanos = nanos;
    this.random = random;
  }

  /**
   * The partition for a stage, which counts as in flight from now on. May ask the broker, so it may
   * block.
   *
   * @return a partition of the picked worker; when none lives, the one that the execution's id
   *     gives, where the stage waits for a worker to come
   * @throws FaultException {@code balance.too-few-workers}
   */
  int place(Groups.Group group, Dispatch dispatch, Placement placement) {
    int partition = pick(group, dispatch, placement);
    AtomicIntegerArray all = counts(group);
    placed.compute(
        dispatch.execution(),
        (execution, attempts) -> {
          Map<String, Placed> its = attempts == null ? new HashMap<>(2) : attempts;
          forget(its.put(dispatch.idempotencyKey(), new Placed(group.name(), partition)));
          all.incrementAndGet(partition);
          return its;
        });
    return partition;
  }

  /** Nobody works on that attempt any more. */
  void settled(String execution, String key) {
    placed.computeIfPresent(
        execution,
        (id, attempts) -> {
          forget(attempts.remove(key));
          return attempts.isEmpty() ? null : attempts;
        });
  }

  /** Nobody waits for anything of that execution any more. */
  void ended(String execution) {
    placed.computeIfPresent(
        execution,
        (id, attempts) -> {
          attempts.values().forEach(this::forget);
          return null;
        });
  }

  private void forget(Placed was) {
    if (was != null) {
      counts.get(was.group()).decrementAndGet(was.partition());
    }
  }

  /** How many stages of a group are in flight. */
  int inFlight(String group) {
    AtomicIntegerArray all = counts.getOrDefault(group, new AtomicIntegerArray(0));
    int sum = 0;
    for (int i = 0; i < all.length(); i++) {
      sum += all.get(i);
    }
    return sum;
  }

  private AtomicIntegerArray counts(Groups.Group group) {
    return counts.computeIfAbsent(group.name(), name -> new AtomicIntegerArray(group.partitions()));
  }

  private synchronized int pick(Groups.Group group, Dispatch dispatch, Placement placement) {
    Known of = known(group);
    List<Member> members = of.members;
    if (members.size() < placement.minWorkers()) {
      throw tooFew(group, members.size(), placement.minWorkers());
    }
    if (members.isEmpty()) {
      return Partitions.of(dispatch.execution(), group.partitions());
    }
    Member picked =
        switch (placement.strategy()) {
          case LEAST_IN_FLIGHT -> leastInFlight(group, inTurn(of));
          case RANDOM -> members.get(random.applyAsInt(members.size()));
          case ROUND_ROBIN -> inTurn(of).get(0);
          case STICKY -> sticky(members, placement.key().orElseThrow());
        };
    List<Integer> partitions = picked.partitions();
    return partitions.get(Partitions.of(dispatch.execution(), partitions.size()));
  }

  private static FaultException tooFew(Groups.Group group, int live, int wanted) {
    return new Fault(
            "balance.too-few-workers",
            Blame.ENGINE,
            "group %s has %d live workers and needs %d; start more with howdah worker --group %s"
                .formatted(group.name(), live, wanted, group.name()),
            true,
            Optional.of(TRY_AGAIN_AFTER))
        .toException();
  }

  /** What was known last is better than nothing while the group or the broker does not tell. */
  private Known known(Groups.Group group) {
    Known of = known.computeIfAbsent(group.name(), name -> new Known());
    long now = nanos.getAsLong();
    if (!of.asked || now - of.asOf >= FRESH_NANOS) {
      try {
        census.of(group).ifPresent(members -> of.members = members);
      } catch (FaultException e) {
        LOG.debug("The broker does not tell who works for group {}.", group.name(), e);
      }
      of.asked = true;
      of.asOf = nanos.getAsLong();
    }
    return of;
  }

  /** The members, beginning with another one each time. */
  private static List<Member> inTurn(Known of) {
    int size = of.members.size();
    int first = Math.floorMod(of.turn++, size);
    List<Member> turned = new ArrayList<>(of.members.subList(first, size));
    turned.addAll(of.members.subList(0, first));
    return turned;
  }

  private Member leastInFlight(Groups.Group group, List<Member> members) {
    AtomicIntegerArray counts = counts(group);
    return members.stream()
        .min(
            Comparator.comparingInt(
                member -> member.partitions().stream().mapToInt(counts::get).sum()))
        .orElseThrow();
  }

  /**
   * Rendezvous hashing: every pair of key and worker has a weight and the heaviest wins, so that a
   * worker that goes or comes moves its own keys only.
   */
  private static Member sticky(List<Member> members, String key) {
    return members.stream()
        .max(
            Comparator.comparingInt(
                    (Member member) ->
                        Utils.murmur2(
                            (key + '\n' + member.name())
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .thenComparing(Member::name))
        .orElseThrow();
  }
}
