package dev.howdah.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PreferenceTest {
  private static Preference of(String... headers) {
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (String header : headers) {
      map.add("prefer", header);
    }
    return Preference.of(map, Preference.RESULT);
  }

  private static Preference seconds(long seconds) {
    return new Preference(OptionalLong.of(seconds * 1000));
  }

  @Test
  void whoPrefersNothingGetsWhatIsUsual() {
    assertEquals(Preference.RESULT, of());
    assertEquals(
        Preference.ACCEPTED,
        Preference.of(MultiMap.caseInsensitiveMultiMap(), Preference.ACCEPTED));
  }

  @Test
  void aWaitBoundsAnAsynchronousAnswer() {
    assertEquals(Preference.ACCEPTED, of("respond-async"));
    assertEquals(seconds(10), of("wait=10"));
    assertEquals(seconds(10), of("respond-async, wait=10"));
    assertEquals(seconds(10), of("Respond-Async", "Wait=10"));
    assertEquals(Preference.ACCEPTED, of("wait=0"));
    assertEquals(seconds(86_400), of("wait=999999999"));
  }

  @Test
  void whatIsNotUnderstoodIsIgnored() {
    assertEquals(Preference.RESULT, of("return=minimal", "wait=soon", "wait=-1", "wait="));
    assertEquals(Preference.ACCEPTED, of("handling=strict, respond-async; wait=x"));
  }
}
