package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryTest {
  @Test
  void waitsGrowUpToTheLongest() {
    assertEquals(Duration.ofSeconds(1), Retry.DEFAULT.waitAfter(1, 0.5));
    assertEquals(Duration.ofSeconds(2), Retry.DEFAULT.waitAfter(2, 0.5));
    assertEquals(Duration.ofSeconds(8), Retry.DEFAULT.waitAfter(4, 0.5));
    assertEquals(Duration.ofMinutes(1), Retry.DEFAULT.waitAfter(900, 0.5));
  }

  @Test
  void jitterSpreadsTheWaitBothWays() {
    assertEquals(Duration.ofMillis(800), Retry.DEFAULT.waitAfter(1, 0));
    assertEquals(Duration.ofMillis(1100), Retry.DEFAULT.waitAfter(1, 0.75));
  }

  @Test
  void withoutAListItCoversWhatIsRetryable() {
    assertTrue(Retry.DEFAULT.covers("http.timeout", true));
    assertFalse(Retry.DEFAULT.covers("http.timeout", false));
  }

  @Test
  void aListNamesCodesAndPrefixes() {
    Retry retry =
        new Retry(2, Duration.ZERO, 1, Duration.ZERO, 0, List.of("http", "wasm.trap", "grpc.un*"));
    assertTrue(retry.covers("http.timeout", false));
    assertTrue(retry.covers("wasm.trap", false));
    assertTrue(retry.covers("grpc.unavailable", false));
    assertFalse(retry.covers("https.timeout", true));
    assertFalse(retry.covers("wasm.trapped", true));
  }

  @Test
  void rejectsWhatMakesNoSense() {
    Duration second = Duration.ofSeconds(1);
    assertThrows(
        IllegalArgumentException.class, () -> new Retry(0, second, 2, second, 0, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Retry(1, second, 0.5, second, 0, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Retry(1, second, 2, second, 1.5, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Retry(1, second, 2, Duration.ZERO, 0, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Retry(1, second, Double.NaN, second, 0, List.of()));
  }

  @Test
  void theAnnotatedDefaultsAreTheDefault() {
    Problems problems = new Problems();
    Document empty = Document.parse("t", "{}");
    assertEquals(
        Retry.DEFAULT,
        Configuration.bind(Retry.class, empty.root(), empty.under(""), problems).orElseThrow());
  }
}
