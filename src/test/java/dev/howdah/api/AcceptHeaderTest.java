package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptHeaderTest {
  private static boolean prefersEvents(String... headers) {
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (String header : headers) {
      map.add("accept", header);
    }
    return AcceptHeader.prefersEvents(map);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/event-stream",
        "Text/Event-Stream; charset=utf-8",
        "text/event-stream, */*",
        "text/event-stream, application/json",
        "application/json;q=0.5, text/event-stream",
        "application/json;q=0.5, text/event-stream ; Q=0.51",
        "*/*, application/json;q=0, text/event-stream;q=0.1"
      })
  void whoPrefersEvents(String header) {
    assertTrue(prefersEvents(header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/*",
        "text/html",
        "application/json",
        "application/json, text/event-stream",
        "text/event-stream;q=0",
        "text/event-stream;q=0.9, application/json",
        "text/event-stream;q=0.9, */*",
        "text/event-streams"
      })
  void whoDoesNot(String header) {
    assertFalse(prefersEvents(header));
  }

  @Test
  void severalHeadersAreOneAndNoneIsNoWish() {
    assertTrue(prefersEvents("application/json;q=0.2", "text/event-stream"));
    assertFalse(prefersEvents());
  }
}
