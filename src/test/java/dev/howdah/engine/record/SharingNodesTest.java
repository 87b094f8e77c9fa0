package dev.howdah.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.store.PostgresServer;
import dev.howdah.store.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of steps of two nodes that share something; ids begin with the node's name. */
class SharingNodesTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final StoreSettings database = PostgresServer.fresh();
  private RecordingNode a;
  private RecordingNode b;

  @BeforeEach
  void start() {
    a = new RecordingNode(database, id -> id.startsWith("a"));
    b = new RecordingNode(database, id -> id.startsWith("b"));
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  private void tick(Duration time) {
    a.tick(time);
    b.tick(time);
  }

  private static Outcome soon(int value) {
    return new Outcome.Gathered(
        "s", "k", IntNode.valueOf(value), 0, Optional.of(TEN_SECONDS), false, Optional.empty());
  }

  private static Outcome oneOfTwo(int value) {
    return new Outcome.Gathered(
        "s", "k", IntNode.valueOf(value), 2, Optional.empty(), false, Optional.empty());
  }

  @Test
  void whoComesNextAtAnotherNodeTakesOverAGroup() {
    a.runs("a1", soon(1));
    b.runs("b2", soon(2));
    assertEquals("null", b.outcome("b2"));
    a.cancel("a1");
    b.runs("b3", soon(3));
    a.runs("a4", soon(4));
    assertEquals("null", a.outcome("a4"));
    tick(TEN_SECONDS);

    assertEquals("[1,2,3,4]", b.outcome("b3"));
    assertEquals(List.of(), a.timers());
  }

  @Test
  void aGroupThatAnExpressExecutionWaitsForIsCompletedByItsNode() {
    a.runsInMemory("a1", oneOfTwo(1));
    b.runs("b2", oneOfTwo(2));
    assertEquals("null", b.outcome("b2"));
    assertEquals("running", a.outcome("a1"));
    tick(Duration.ZERO);

    assertEquals("[1,2]", a.outcome("a1"));
    assertEquals(List.of(), a.timers());
    b.runs("b3", oneOfTwo(3));
    assertEquals("running", b.outcome("b3"));
  }

  @Test
  void aGroupWhoseExpressExecutionIsLostGoesOnWithWhoComesNext() {
    a.runsInMemory("a1", soon(1));
    a.close();
    a = new RecordingNode(database, id -> id.startsWith("a"));
    b.runs("b2", soon(2));
    assertEquals("null", b.outcome("b2"));
    tick(TEN_SECONDS);
    b.runs("b3", soon(3));

    assertEquals("[1,2,3]", b.outcome("b3"));
    assertEquals(List.of(), a.timers());
  }
}
