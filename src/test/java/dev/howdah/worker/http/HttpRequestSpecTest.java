package dev.howdah.worker.http;

import static dev.howdah.worker.http.Requests.fault;
import static dev.howdah.worker.http.Requests.get;
import static dev.howdah.worker.http.Requests.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestSpecTest {
  private static final String URL = "http://service.test/";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/relative",
        "service.test/x",
        "http:opaque",
        "http:///x",
        "http://a b/",
        "http://service.test/\r\nX: y",
        "http://service.test:0/",
        "http://service.test:70000/",
        "http://user:secret@service.test/",
        "file:///etc/passwd",
        "ftp://service.test/",
        "jar:http://service.test/!/",
      })
  void refusesWhatIsNoHttpAddress(String url) {
    Fault fault = assertInvalid(() -> get(url));
    assertFalse(fault.message().contains("secret"), fault.message());
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP://Service.Test,              http://service.test/",
    "http://service.test?q=1,          http://service.test/?q=1",
    "http://service.test:8080/a#part,  http://service.test:8080/a",
    "http://service.test/ü?ä=%20,      http://service.test/%C3%BC?%C3%A4=%20",
    "https://[::1]:9/a//b/../c,        https://[::1]:9/a//b/../c",
  })
  void writesAnAddressTheWayItIsSent(String url, String sent) {
    assertEquals(sent, get(url).uri().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Injected: b", "a\nb", "a\rb", "a\u0000b", "ü", "a\u007f"})
  void refusesAHeaderValueThatBreaksOut(String value) {
    Fault fault = assertInvalid(() -> request("GET", URL, Map.of("X-Name", value)));
    assertTrue(fault.message().contains("X-Name"), fault.message());
    assertTrue(fault.message().chars().noneMatch(Character::isISOControl), fault.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "ü"})
  void refusesWhatIsNoHeaderName(String name) {
    assertInvalid(() -> request("GET", URL, Map.of(name, "x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Host", "content-length", "Connection", "Transfer-Encoding", "Upgrade", "Expect"})
  void refusesHeadersThatTheClientSets(String name) {
    Fault fault = assertInvalid(() -> request("GET", URL, Map.of(name, "x")));
    assertTrue(fault.message().contains(name), fault.message());
  }

  @Test
  void refusesAHeaderInTwoCases() {
    assertInvalid(() -> request("GET", URL, Map.of("X-A", "1", "x-a", "2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /", "G\r\nT", "CONNECT", "connect"})
  void refusesWhatIsNoMethod(String method) {
    assertInvalid(() -> request(method, URL, Map.of()));
  }

  @Test
  void takesAMethodInAnyCase() {
    assertEquals("PATCH", request("patch", URL, Map.of()).method());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void refusesALimitThatNoArrayMeets(long limit) {
    assertInvalid(() -> bounded(Duration.ofSeconds(1), limit));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "P31D"})
  void refusesATimeoutThatIsNone(String timeout) {
    assertInvalid(() -> bounded(Duration.parse(timeout), 1));
  }

  private static HttpRequestSpec bounded(Duration timeout, long limit) {
    return new HttpRequestSpec(
        "GET",
        HttpRequestSpec.uri(URL),
        Map.of(),
        Optional.empty(),
        timeout,
        limit,
        "e1:first:1",
        true);
  }

  private static Fault assertInvalid(Executable executable) {
    Fault fault = fault(executable);
    assertEquals("http.invalid-request", fault.code());
    assertEquals(Blame.DESIGN, fault.blame());
    assertFalse(fault.retryable());
    return fault;
  }
}
