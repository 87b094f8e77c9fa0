package dev.howdah.worker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.howdah.fault.Blame;
import dev.howdah.fault.Fault;
import dev.howdah.json.Json;
import dev.howdah.worker.Excerpt;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A successful response, whole. Immutable as long as nobody changes the bytes.
 *
 * <p>A compressed body stays compressed: none was asked for, and a small one can unpack to more
 * memory than there is.
 */
public final class HttpAnswer {
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final UnaryOperator<String> hide;

  /**
   * @param headers by lower-case name
   * @param body not copied
   */
  HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    this(status, headers, body, UnaryOperator.identity());
  }

  /**
   * @param headers by lower-case name
   * @param body not copied
   * @param hide takes out of a text what no message may hold
   */
  HttpAnswer(int status, Map<String, String> headers, byte[] body, UnaryOperator<String> hide) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = body;
    this.hide = hide;
  }

  /** The status code, 200 to 299. */
  public int status() {
    return status;
  }

  /** The headers by lower-case name; several values are joined with a comma. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The bytes of the body, empty when there was none; not a copy. */
  public byte[] body() {
    return body;
  }

  /**
   * The body as JSON; JSON null when there is no body. A charset in the content type is honoured,
   * without one it is UTF-8, UTF-16 or UTF-32, as the bytes tell.
   *
   * @throws dev.howdah.fault.FaultException {@code http.not-json} when the body is not exactly one
   *     JSON value
   */
  public JsonNode json() {
    if (body.length == 0) {
      return JsonNodeFactory.instance.nullNode();
    }
    String encoding = encoding();
    if (!encoding.isEmpty()) {
      throw notJson("its content encoding is " + encoding);
    }
    try {
      Optional<String> name = charsetName();
      boolean detected = name.isEmpty() || name.get().toLowerCase(Locale.ROOT).startsWith("utf-");
      JsonNode json =
          detected
              ? Json.MAPPER.readTree(body)
              : Json.read(new String(body, charset("http.not-json")));
      if (json.isMissingNode()) {
        throw notJson("it holds nothing but white space");
      }
      return json;
    } catch (IOException e) {
      throw notJson("it starts with: " + excerpt());
    }
  }

  /**
   * The body as text, in the charset of the content type, UTF-8 without one; bytes that are none in
   * that charset become U+FFFD.
   *
   * @throws dev.howdah.fault.FaultException {@code http.not-text} when the charset is unknown or
   *     the body is compressed
   */
  public String text() {
    String encoding = encoding();
    if (!encoding.isEmpty()) {
      throw fault("http.not-text", "its content encoding is " + encoding);
    }
    return new String(body, charset("http.not-text"));
  }

  /**
   * The lines of the body, each the JSON it is, or text; blank ones are left out.
   *
   * @throws dev.howdah.fault.FaultException as {@link #text}
   */
  public List<JsonNode> lines() {
    return text().lines().filter(line -> !line.isBlank()).map(HttpAnswer::line).toList();
  }

  private static JsonNode line(String line) {
    try {
      return Json.read(line);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(line.stripTrailing());
    }
  }

  /** The start of the body for a message, in whatever charset there is. */
  String excerpt() {
    if (!encoding().isEmpty()) {
      return body.length + " bytes of " + encoding();
    }
    Charset charset = StandardCharsets.UTF_8;
    try {
      charset = charsetName().map(Charset::forName).orElse(charset);
    } catch (IllegalArgumentException e) {
      charset = StandardCharsets.ISO_8859_1;
    }
    return Excerpt.of(hide.apply(new String(body, charset)));
  }

  private Charset charset(String code) {
    Optional<String> name = charsetName();
    try {
      return name.map(Charset::forName).orElse(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw fault(code, "its charset " + Excerpt.of(name.orElseThrow()) + " is unknown");
    }
  }

  private Optional<String> charsetName() {
    return charsetName(headers.getOrDefault("content-type", ""));
  }

  /** The name of a charset that a content type holds. */
  static Optional<String> charsetName(String contentType) {
    Matcher matcher = CHARSET.matcher(contentType);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private String encoding() {
    String encoding = headers.getOrDefault("content-encoding", "").strip();
    return encoding.equalsIgnoreCase("identity") ? "" : Excerpt.of(encoding);
  }

  private RuntimeException notJson(String why) {
    String type = Excerpt.of(headers.getOrDefault("content-type", "no content type"));
    return fault("http.not-json", why + " (" + type + ")");
  }

  private static RuntimeException fault(String code, String why) {
    String what = code.substring("http.not-".length());
    return Fault.rejected(
            code, Blame.WORKER, "the response body cannot be read as " + what + ": " + why)
        .toException();
  }
}
