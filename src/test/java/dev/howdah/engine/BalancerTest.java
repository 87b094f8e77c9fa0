package dev.howdah.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.block.spi.Placement;
import dev.howdah.block.spi.Placement.Strategy;
import dev.howdah.broker.GroupMembers.Member;
import dev.howdah.engine.flow.Dispatch;
import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import dev.howdah.json.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BalancerTest {
  private static final Groups.Group GROUP =
      new Groups.Group("gpu", "howdah.group.gpu", 6, Optional.empty());
  private static final Member A = new Member("a", List.of(0, 1));
  private static final Member B = new Member("b", List.of(2, 3));
  private static final Member C = new Member("c", List.of(4, 5));

  private Optional<List<Member>> census = Optional.of(List.of(A, B, C));
  private final AtomicInteger asked = new AtomicInteger();
  private long now;
  private final Balancer balancer =
      new Balancer(
          group -> {
            asked.incrementAndGet();
            return census;
          },
          () -> now,
          new Random(1)::nextInt);

  private static Dispatch dispatch(String execution) {
    return new Dispatch(
        execution,
        "",
        "d@1",
        "b",
        "b",
        1,
        "gpu",
        Value.NULL,
        Optional.empty(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        0,
        Long.MAX_VALUE);
  }

  private String place(String execution, Strategy strategy, String key) {
    Placement placement = new Placement(strategy, Optional.ofNullable(key), 0);
    int partition = balancer.place(GROUP, dispatch(execution), placement);
    return List.of("a", "b", "c").get(partition / 2);
  }

  private void members(Member... members) {
    census = Optional.of(List.of(members));
    now += Duration.ofSeconds(1).toNanos();
  }

  @Test
  void theLeastLoadedWorkerGetsTheNextStage() {
    Map<String, String> where = new HashMap<>();
    for (int i = 0; i < 9; i++) {
      where.put("e" + i, place("e" + i, Strategy.LEAST_IN_FLIGHT, null));
    }
    for (Member member : List.of(A, B, C)) {
      assertEquals(3, where.values().stream().filter(member.name()::equals).count());
    }
    where.forEach(
        (execution, worker) -> {
          if (worker.equals("b")) {
            balancer.settled(execution, execution + ":b:1");
          }
        });
    for (int i = 10; i < 13; i++) {
      assertEquals("b", place("e" + i, Strategy.LEAST_IN_FLIGHT, null));
    }
  }

  @Test
  void whatHasEndedOrIsSentAgainIsNotCountedTwice() {
    place("e1", Strategy.RANDOM, null);
    place("e1", Strategy.RANDOM, null);
    place("e2", Strategy.RANDOM, null);
    assertEquals(2, balancer.inFlight("gpu"));

    balancer.settled("e1", "e1:b:1");
    balancer.settled("e1", "e1:b:1");
    assertEquals(1, balancer.inFlight("gpu"));

    balancer.ended("e2");
    balancer.ended("e2");
    assertEquals(0, balancer.inFlight("gpu"));
  }

  @Test
  void aWorkerThatTakesOverPartitionsTakesOverTheirCount() {
    for (int i = 0; i < 6; i++) {
      place("e" + i, Strategy.ROUND_ROBIN, null);
    }
    members(new Member("a", List.of(0, 1, 2, 3)), C);
    assertEquals("c", place("e7", Strategy.LEAST_IN_FLIGHT, null));
    assertEquals("c", place("e8", Strategy.LEAST_IN_FLIGHT, null));
  }

  @Test
  void roundRobinTakesOneAfterTheOther() {
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      order.append(place("e" + i, Strategy.ROUND_ROBIN, null));
    }
    assertEquals("abcabc", order.toString());
  }

  @Test
  void randomReachesAll() {
    Set<String> reached = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      reached.add(place("e" + i, Strategy.RANDOM, null));
    }
    assertEquals(Set.of("a", "b", "c"), reached);
  }

  @Test
  void aKeyStaysWhereItIsUntilItsWorkerLeaves() {
    Map<String, String> first = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      first.put("k" + i, place("e" + i, Strategy.STICKY, "k" + i));
    }
    assertEquals(3, new HashSet<>(first.values()).size());

    members(A, C);
    for (int i = 0; i < 100; i++) {
      String now = place("f" + i, Strategy.STICKY, "k" + i);
      String before = first.get("k" + i);
      assertTrue(before.equals("b") ? !now.equals("b") : now.equals(before), before + now);
    }
  }

  @Test
  void withoutAnyWorkerAStageWaitsInThePartitionOfItsExecution() {
    members();
    int partition =
        balancer.place(GROUP, dispatch("e1"), new Placement(Strategy.RANDOM, Optional.empty(), 0));
    assertEquals(dev.howdah.engine.transport.Partitions.of("e1", 6), partition);
  }

  @Test
  void tooFewWorkersAreAFaultThatMayPass() {
    Placement four = new Placement(Strategy.RANDOM, Optional.empty(), 4);
    Fault fault =
        assertThrows(FaultException.class, () -> balancer.place(GROUP, dispatch("e1"), four))
            .fault();
    assertEquals("balance.too-few-workers", fault.code());
    assertTrue(fault.retryable() && fault.retryAfter().isPresent());
    assertEquals(0, balancer.inFlight("gpu"));
  }

  @Test
  void whoIsThereIsAskedOnceASecondAndKeptWhileNobodyTells() {
    place("e1", Strategy.RANDOM, null);
    place("e2", Strategy.RANDOM, null);
    assertEquals(1, asked.get());

    members(A);
    assertEquals("a", place("e3", Strategy.RANDOM, null));
    assertEquals(2, asked.get());

    census = Optional.empty();
    now += Duration.ofSeconds(1).toNanos();
    assertEquals("a", place("e4", Strategy.RANDOM, null));
  }
}
