package dev.howdah.worker.http;

import static dev.howdah.worker.http.Requests.fault;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import java.nio.charset.Charset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {

  @Test
  void readsTextInTheCharsetOfItsContentType() {
    assertEquals("ü", answer("ü", ISO_8859_1, "text/plain; charset=ISO-8859-1").text());
    assertEquals("ü", answer("ü", UTF_16, "text/plain;Charset=\"utf-16\"; x=y").text());
    assertEquals("ü", answer("ü", UTF_8, "text/plain").text());
  }

  @Test
  void readsJsonInTheCharsetOfItsContentType() {
    String json = "{\"ü\":1.5}";
    assertEquals(json, answer(json, ISO_8859_1, "a/b; charset=latin1").json().toString());
    assertEquals(json, answer(json, UTF_8, "a/b; charset=utf-8").json().toString());
    assertEquals(json, answer(json, UTF_8, "text/html").json().toString());
    assertEquals(json, answer(json, UTF_16LE, "a/b").json().toString());
    assertEquals(json, answer("\ufeff" + json, UTF_8, "a/b").json().toString());
  }

  @Test
  void readsNothingAsNull() {
    assertTrue(answer("", UTF_8, "application/json").json().isNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{"})
  void saysWhatStandsThereInsteadOfJson(String body) {
    Fault fault = fault(() -> answer(body, UTF_8, "text/html").json());
    assertEquals("http.not-json", fault.code());
    assertEquals(Blame.WORKER, fault.blame());
    assertFalse(fault.retryable());
    assertTrue(fault.message().contains("starts with: " + body.strip()), fault.message());
    assertTrue(fault.message().contains("text/html"), fault.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json; charset=latin1"})
  void refusesWhiteSpaceAsJson(String contentType) {
    assertEquals("http.not-json", fault(() -> answer(" \n", UTF_8, contentType).json()).code());
  }

  @Test
  void survivesJsonNestedWithoutEnd() {
    Fault fault = fault(() -> answer("[".repeat(1_000_000), UTF_8, "application/json").json());
    assertEquals("http.not-json", fault.code());
    assertTrue(fault.message().length() < 700);
  }

  @ParameterizedTest
  @ValueSource(strings = {"klingon", "a b", "%"})
  void refusesToGuessAnUnknownCharset(String charset) {
    HttpAnswer answer = answer("{}", UTF_8, "a/b; charset=\"" + charset + "\"");
    assertEquals("http.not-text", fault(answer::text).code());
    assertEquals("http.not-json", fault(answer::json).code());
    assertEquals("{}", answer.excerpt());
  }

  private static HttpAnswer answer(String body, Charset charset, String contentType) {
    return new HttpAnswer(200, Map.of("content-type", contentType), body.getBytes(charset));
  }
}
