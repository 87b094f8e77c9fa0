package dev.howdah.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.block.spi.Outcome;
import dev.howdah.expression.Expression;
import dev.howdah.store.Ledger;
import dev.howdah.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of steps that share something. */
class SharingTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private static final Duration RETENTION = Duration.ofDays(7);

  @TempDir Path directory;
  private RecordingNode node;

  @BeforeEach
  void start() {
    node = new RecordingNode(new StoreSettings.Sqlite(directory), id -> true);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static Outcome value(int value) {
    return value(IntNode.valueOf(value));
  }

  private static Outcome value(JsonNode value) {
    return new Outcome.Gathered("s", "k", value, 0, Optional.empty(), false, Optional.empty());
  }

  /** A value of a group that is complete ten seconds after its first. */
  private static Outcome soon(int value) {
    return new Outcome.Gathered(
        "s", "k", IntNode.valueOf(value), 0, Optional.of(TEN_SECONDS), false, Optional.empty());
  }

  @Test
  void aGroupWhoseFirstIsCancelledGoesOnInTimeWithWhoComesNext() {
    node.runs("e1", soon(1));
    node.runs("e2", soon(2));
    node.cancel("e1");
    node.tick(Duration.ofSeconds(9));
    node.runs("e3", soon(3));
    node.runs("e4", soon(4));
    assertEquals("null", node.outcome("e2"));
    assertEquals("running", node.outcome("e3"));
    assertEquals("null", node.outcome("e4"));

    stop();
    start();
    node.tick(Duration.ofSeconds(10));

    assertEquals("[1,2,3,4]", node.outcome("e3"));
    assertEquals("cancelled", node.outcome("e1"));
    assertEquals(List.of(), node.timers());
  }

  @Test
  void aGroupWhoseFirstIsPastItsDeadlineGoesOnWithWhoComesNext() {
    node.runs("e1", soon(1), Optional.of(Duration.ofSeconds(5)));
    node.tick(Duration.ofSeconds(6));
    node.runs("e2", soon(2));
    node.cancel("e2");
    node.runs("e3", soon(3));
    node.tick(Duration.ofSeconds(4));

    assertEquals("execution.deadline", node.outcome("e1"));
    assertEquals("[1,2,3]", node.outcome("e3"));
  }

  @Test
  void aGroupThatNobodyWaitsForGoesOnAtOnceWhenItsTimeIsUp() {
    node.runs("e1", soon(1));
    node.runs("e2", soon(2));
    node.cancel("e1");
    node.tick(Duration.ofMinutes(1));
    node.runs("e3", soon(3));
    node.runs("e4", soon(4));
    node.tick(TEN_SECONDS);

    assertEquals("[1,2,3]", node.outcome("e3"));
    assertEquals("[4]", node.outcome("e4"));
  }

  private static Outcome untilEnough(JsonNode value) {
    Expression enough = Expression.parse("${ add >= 100 }");
    return new Outcome.Gathered("s", "k", value, 0, Optional.empty(), false, Optional.of(enough));
  }

  private static Outcome untilEnough(int value) {
    return untilEnough(IntNode.valueOf(value));
  }

  private void brings(String execution, String key) {
    node.runs(
        execution,
        new Outcome.Once("s", key, node.now().plus(RETENTION), TextNode.valueOf("passed")));
  }

  @Test
  void aKeyPassesAgainWhenItsRetentionIsOver() {
    brings("e1", "k");
    node.tick(RETENTION.minusMillis(1));
    brings("e2", "k");
    node.tick(Duration.ofMillis(1));
    brings("e3", "k");
    brings("e4", "k");

    assertEquals("\"passed\"", node.outcome("e1"));
    assertEquals("null", node.outcome("e2"));
    assertEquals("\"passed\"", node.outcome("e3"));
    assertEquals("null", node.outcome("e4"));
  }

  @Test
  void keysAreForgottenWhenTheirRetentionIsOver() {
    brings("e1", "old");
    node.tick(Duration.ofHours(1));
    brings("e2", "new");
    node.tick(RETENTION.minusHours(1));
    node.record(Recording::forgetKeys);

    node.share(ledger -> assertEquals(0, ledger.forgetKeys(node.now().toEpochMilli())));
    brings("e3", "new");
    assertEquals("null", node.outcome("e3"));
    node.tick(Duration.ofHours(1));
    node.share(ledger -> assertEquals(1, ledger.forgetKeys(node.now().toEpochMilli())));
  }

  @Test
  void aGroupIsCompleteWhenItHasEnough() {
    node.runs("e1", untilEnough(40));
    node.runs("e2", untilEnough(59));
    assertEquals("running", node.outcome("e1"));
    node.runs("e3", untilEnough(1));
    node.runs("e4", untilEnough(120));

    assertEquals("[40,59,1]", node.outcome("e1"));
    assertEquals("null", node.outcome("e3"));
    assertEquals("[120]", node.outcome("e4"));
  }

  @Test
  void aValueThatDoesNotFitTheGroupFailsItsStepAndLeavesTheGroupAsItWas() {
    node.runs("e1", untilEnough(40));
    node.runs("e2", untilEnough(TextNode.valueOf("sixty")));
    node.runs("e3", untilEnough(60));

    assertEquals("[40,60]", node.outcome("e1"));
    assertEquals("expression.failed", node.outcome("e2"));
  }

  @Test
  void aGroupThatIsLookedAtIsCompleteSooner() {
    node.runs("e1", untilEnough(0));
    node.share(
        ledger -> {
          for (int i = 0; i < Outcome.Gathered.MOST_SEEN - 2; i++) {
            ledger.add("s", "k", new Ledger.Waiter("other", "only"), null, "0");
          }
        });
    assertEquals("running", node.outcome("e1"));
    node.runs("e2", untilEnough(0));

    assertEquals(
        Outcome.Gathered.MOST_SEEN, node.outcome("e1").chars().filter(c -> c == '0').count());
  }

  @Test
  void aGroupOfVeryManyBytesIsComplete() {
    JsonNode large = TextNode.valueOf("x".repeat((int) Sharing.MOST_BYTES / 4));
    for (String execution : new String[] {"e1", "e2", "e3", "e4"}) {
      node.runs(execution, value(large));
    }
    node.runs("e5", value(5));

    assertEquals("null", node.outcome("e4"));
    assertEquals(4 * (large.textValue().length() + 3) + 1, node.outcome("e1").length());
    assertEquals("running", node.outcome("e5"));
  }

  @Test
  void aGroupOfVeryManyValuesIsComplete() {
    node.runs("e1", value(1));
    node.share(
        ledger -> {
          for (int i = 0; i < Outcome.Gathered.MOST - 3; i++) {
            ledger.add("s", "k", new Ledger.Waiter("other", "only"), null, "2");
          }
        });
    node.runs("e2", value(7));
    assertEquals("null", node.outcome("e2"));
    assertEquals("running", node.outcome("e1"));
    node.runs("e3", value(8));

    assertEquals("null", node.outcome("e3"));
    String all = node.outcome("e1");
    assertEquals("[1,2,2", all.substring(0, 6));
    assertEquals("7,8]", all.substring(all.length() - 4));
    assertEquals(Outcome.Gathered.MOST, all.chars().filter(c -> c == ',').count() + 1);
  }
}
