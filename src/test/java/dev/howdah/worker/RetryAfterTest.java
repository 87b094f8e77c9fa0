package dev.howdah.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                                   | 0",
        "120                                 | 120",
        "86401                               | 86400",
        "123456789012345678901234567890      | 86400",
        "Sun, 06 Nov 1994 08:49:37 GMT       | 37",
        "Sunday, 06-Nov-94 08:49:37 GMT      | 37",
        "Sunday, 06-Nov-44 08:49:37 GMT      | 86400",
        "Sun Nov  6 08:49:37 1994            | 37",
        "Sun, 06 Nov 1994 08:48:59 GMT       | 0",
        "Sat, 06 Nov 2094 08:49:37 GMT       | 86400",
      })
  void readsSecondsAndEveryFormOfDate(String header, long seconds) {
    assertEquals(Optional.of(Duration.ofSeconds(seconds)), RetryAfter.parse(header, () -> NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT"})
  void ignoresWhatItCannotRead(String header) {
    assertEquals(Optional.empty(), RetryAfter.parse(header, () -> NOW));
  }
}
