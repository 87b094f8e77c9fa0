package dev.howdah.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.howdah.fault.FaultException;
import dev.howdah.fault.Mistake;
import dev.howdah.fault.Mistakes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class CronTest {
  private static List<Mistake> mistakes(String cron) {
    Mistakes mistakes = new Mistakes("cron");
    Cron.check(cron, "cron", "/cron", mistakes);
    return mistakes.size() == 0
        ? List.of()
        : Assertions.assertThrows(FaultException.class, mistakes::throwIfAny).mistakes();
  }

  @Test
  void whatCrontabKnowsIsRight() {
    for (String cron :
        List.of(
            "* * * * *",
            "*/5 8-18 * * MON-FRI",
            "0 8 * * 1-5",
            "0,15,30,45 0-23/2 1,15,31 JAN-MAR 0",
            "59 23 31 12 7",
            "0 0 1 * sun,wed",
            "0 0 13 * 5",
            "0 8 * * 5-7",
            "0 8 * * */2")) {
      assertEquals(List.of(), mistakes(cron), cron);
    }
  }

  @Test
  void theFieldThatIsWrongIsNamed() {
    Map.ofEntries(
            Map.entry("60 8 * * *", "minute"),
            Map.entry("*-5 8 * * *", "minute"),
            Map.entry("1,,2 8 * * *", "minute"),
            Map.entry("** 8 * * *", "minute"),
            Map.entry("*/0 8 * * *", "minute"),
            Map.entry("5-3 8 * * *", "minute"),
            Map.entry("0 24 * * *", "hour"),
            Map.entry("0 1-2-3 * * *", "hour"),
            Map.entry("0 8 0 * *", "day of month"),
            Map.entry("0 8 1-32 * *", "day of month"),
            Map.entry("0 8 L * *", "day of month"),
            Map.entry("0 8 * 13 *", "month"),
            Map.entry("0 8 * JUL-FOO *", "month"),
            Map.entry("0 8 * * 8", "day of week"),
            Map.entry("0 8 * * JAN", "day of week"))
        .forEach(
            (cron, field) -> {
              List<Mistake> mistakes = mistakes(cron);
              assertEquals(1, mistakes.size(), cron + mistakes);
              assertEquals(
                  true, mistakes.get(0).cause().contains(" is no " + field + " of "), cron);
              assertEquals(true, mistakes.get(0).cure().startsWith("the " + field), cron);
            });
  }

  @Test
  void everyFieldThatIsWrongIsTold() {
    assertEquals(5, mistakes("a b c d e").size());
    assertEquals(1, mistakes("0 8 * *").size());
    assertEquals(1, mistakes("").size());
  }
}
