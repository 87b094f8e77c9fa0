package dev.howdah.json;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NotJsonTest {
  static String[] texts() {
    return new String[] {
      "{",
      "[1, ",
      "{\"a\" 1}",
      "nul",
      "{\"a\": 1, \"a\": 2}",
      "\"open",
      "1 2",
      "[".repeat(2_000),
      "'a'"
    };
  }

  @ParameterizedTest
  @MethodSource("texts")
  void theReasonIsForPeople(String text) {
    String reason =
        NotJson.reason(assertThrows(JsonProcessingException.class, () -> Json.read(text)));

    assertFalse(reason.isBlank());
    assertFalse(reason.endsWith("."), reason);
    assertFalse(reason.matches("(?s).*(REDACTED|StreamRead|Source:|`|\\n|JsonParser).*"), reason);
  }
}
