package dev.howdah.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.engine.flow.Decision;
import dev.howdah.engine.flow.TimerKind;
import dev.howdah.store.TimerRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DueTimersTest {
  private final Set<String> mine = new HashSet<>(Set.of("a"));
  private final DueTimers timers = new DueTimers(mine::contains);

  private static TimerRow row(String execution, long dueAt) {
    return new TimerRow(execution, "nap", TimerKind.SLEEP.label(), 1, dueAt);
  }

  private List<String> take(long now) {
    return timers.take(now).stream().map(DueTimers.Due::execution).toList();
  }

  @Test
  void firesOnceWhenItIsDueHoweverOftenItsRowIsSeen() {
    timers.looking(0, 100);
    timers.found(row("a", 50));
    timers.found(row("a", 50));
    assertEquals(List.of(), take(49));
    assertEquals(List.of("a"), take(50));
    timers.looking(60, 160);
    timers.found(row("a", 50));
    assertEquals(List.of(), take(60));
  }

  @Test
  void firesAgainWhenNothingHasComeOfIt() {
    timers.looking(0, 100);
    timers.found(row("a", 50));
    assertEquals(List.of("a"), take(50));
    timers.looking(5_050, 5_150);
    timers.found(row("a", 50));
    assertEquals(List.of("a"), take(5_050));
  }

  @Test
  void firesOnlyAtTheNodeThatWorksOnTheExecution() {
    timers.looking(0, 100);
    timers.found(row("b", 50));
    assertEquals(List.of(), take(50));
    mine.add("b");
    timers.found(row("b", 50));
    assertEquals(List.of("b"), take(51));
  }

  @Test
  void doesNotFireWhenItsExecutionHasGoneToAnotherNode() {
    timers.looking(0, 100);
    timers.found(row("a", 50));
    mine.clear();
    assertEquals(List.of(), take(50));
  }

  @Test
  void whatComesBackFiresAtOnce() {
    timers.looking(0, 100);
    timers.found(row("a", 50));
    assertEquals(List.of("a"), take(50));
    timers.forget();
    timers.found(row("a", 50));
    assertEquals(List.of("a"), take(51));
  }

  @Test
  void oneThatIsSetWithinTheHorizonNeedsNoLookAtTheRows() {
    timers.looking(0, 100);
    timers.set("a", new Decision.Timer("nap", TimerKind.SLEEP, 1, 80));
    timers.set("a", new Decision.Timer("later", TimerKind.SLEEP, 1, 120));
    assertEquals(List.of("a"), take(200));
  }
}
