package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "10s, PT10S, 10s",
    "90s, PT1M30S, 90s",
    "5m, PT5M, 5m",
    "2h, PT2H, 2h",
    "1d, PT24H, 1d",
    "1.5h, PT1H30M, 90m",
    "1500 ms, PT1.5S, 1500ms",
    "PT10S, PT10S, 10s",
    "P1DT1H, PT25H, 25h",
    "0s, PT0S, 0ms",
    "0.000001ms, PT0.000000001S, PT0.000000001S",
  })
  void readsWhatPeopleWriteAndWritesItBack(String text, Duration expected, String written) {
    assertEquals(expected, Durations.parse(text));
    assertEquals(written, Durations.format(expected));
    assertEquals(expected, Durations.parse(Durations.format(expected)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "ten", "10 seconds", "-5s", "PT-5S", "P", "PTS", "999999d", "s", "1e3s"})
  void saysWhatADurationIs(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text)).getMessage();
    assertTrue(message.contains("\"" + text + "\""), message);
    assertTrue(message.endsWith(Durations.CURE), message);
  }
}
