package dev.howdah.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.engine.flow.Partial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartialSenderTest {
  private static final long MILLI = 1_000_000;

  private final List<String> sent = new ArrayList<>();
  private long now = 5;
  private final PartialSender sender =
      new PartialSender(partial -> sent.add(partial.path() + " " + partial.text()), () -> now);

  private void tell(String path, String text) {
    sender.accept(new Partial("x", path, 1, text));
  }

  @Test
  void sendsTheFirstPieceAtOnceAndGathersTheOthers() {
    tell("a", "one ");
    tell("a", "two ");
    now += 50 * MILLI;
    tell("a", "three ");
    assertEquals(List.of("a one "), sent);
    now += 50 * MILLI;
    tell("a", "four ");
    assertEquals(List.of("a one ", "a two three four "), sent);
  }

  @Test
  void sendsWhatIsLeftWhenToldTo() {
    tell("a", "one ");
    tell("a", "two");
    sender.flush();
    sender.flush();
    assertEquals(List.of("a one ", "a two"), sent);
  }

  @Test
  void keepsTheTextsOfStepsApart() {
    tell("a", "one");
    tell("a", "two");
    tell("b", "three");
    sender.flush();
    assertEquals(List.of("a one", "a two", "b three"), sent);
  }

  @Test
  void doesNotGatherMoreThanAMessageMayHold() {
    tell("a", "one");
    tell("a", "x".repeat(3_000));
    assertEquals(2, sent.size());
  }
}
