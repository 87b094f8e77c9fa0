package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN =
      List.of("id", "type", "data", "group", "timeout", "maxAttempts");

  @ParameterizedTest
  @CsvSource({
    "tpye, type",
    "Type, type",
    "gruop, group",
    "time-out, timeout",
    "max_attempts, maxAttempts",
    "maxAttempt, maxAttempts",
    "dat, data",
    "label,",
    "position,",
    "agents,",
    "style,",
  })
  void findsWhatWasProbablyMeant(String wrong, String meant) {
    assertEquals(Optional.ofNullable(meant), Suggestion.of(wrong, KNOWN));
  }
}
