package dev.howdah.worker.http;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.howdah.fault.Fault;
import dev.howdah.fault.FaultException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** Requests and faults as the tests of this package need them. */
final class Requests {
  static final Duration TIMEOUT = Duration.ofSeconds(5);
  static final long LIMIT = 100_000;

  private Requests() {}

  static HttpRequestSpec get(String url) {
    return request("GET", url, Map.of());
  }

  static HttpRequestSpec request(String method, String url, Map<String, String> headers) {
    return new HttpRequestSpec(
        method,
        HttpRequestSpec.uri(url),
        headers,
        Optional.empty(),
        TIMEOUT,
        LIMIT,
        "e1:first:1",
        true);
  }

  static HttpRequestSpec post(String url, Map<String, String> headers, HttpBody body) {
    return new HttpRequestSpec(
        "POST",
        HttpRequestSpec.uri(url),
        headers,
        Optional.of(body),
        TIMEOUT,
        LIMIT,
        "e1:first:1",
        true);
  }

  static HttpRequestSpec within(Duration timeout, String url) {
    return new HttpRequestSpec(
        "GET",
        HttpRequestSpec.uri(url),
        Map.of(),
        Optional.empty(),
        timeout,
        LIMIT,
        "e1:first:1",
        true);
  }

  static HttpRequestSpec publicOnly(String url) {
    return new HttpRequestSpec(
        "GET",
        HttpRequestSpec.uri(url),
        Map.of(),
        Optional.empty(),
        TIMEOUT,
        LIMIT,
        "e1:first:1",
        false);
  }

  static HttpAnswer answer(CompletableFuture<HttpAnswer> call) throws Exception {
    return call.get(8, TimeUnit.SECONDS);
  }

  static Fault fault(CompletableFuture<HttpAnswer> call) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> call.get(8, TimeUnit.SECONDS));
    return assertInstanceOf(FaultException.class, failure.getCause()).fault();
  }

  static Fault fault(Executable executable) {
    return assertThrows(FaultException.class, executable).fault();
  }
}
