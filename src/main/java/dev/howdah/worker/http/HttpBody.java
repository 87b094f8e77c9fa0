package dev.howdah.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.howdah.json.Json;
import java.nio.charset.StandardCharsets;

/** What a request sends: bytes and what they are. Immutable as long as nobody changes the bytes. */
public final class HttpBody {
  private final byte[] bytes;
  private final String contentType;

  private HttpBody(byte[] bytes, String contentType) {
    this.bytes = bytes;
    this.contentType = contentType;
  }

  /** A JSON value, as {@code application/json}. */
  public static HttpBody json(JsonNode value) {
    return new HttpBody(Json.write(value).getBytes(StandardCharsets.UTF_8), "application/json");
  }

  /** Text in UTF-8, as {@code text/plain}. */
  public static HttpBody text(String text) {
    return new HttpBody(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
  }

  /** Any bytes, as {@code application/octet-stream}. The array is not copied. */
  public static HttpBody bytes(byte[] bytes) {
    return new HttpBody(bytes, "application/octet-stream");
  }

  /** The bytes to send; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** The content type that is sent unless the request's headers name one. */
  public String contentType() {
    return contentType;
  }
}
