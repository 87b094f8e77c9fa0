package dev.howdah.worker.http;

import dev.howdah.worker.Addresses;
import dev.howdah.worker.Excerpt;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One HTTP request, checked: nothing in it can break out of its place in the message.
 *
 * @param method such as {@code GET}; made upper case
 * @param uri absolute, {@code http} or {@code https}, without user information
 * @param headers by name, whose case does not matter; visible ASCII, since nothing else arrives
 *     unchanged everywhere
 * @param body what is sent, if anything
 * @param timeout the most the whole call may take, from looking up the name to the last byte of the
 *     body, redirects included
 * @param maxResponseBytes the most bytes a response body may have, between 1 and {@link
 *     #LARGEST_RESPONSE}
 * @param idempotencyKey sent as {@code Idempotency-Key} unless the headers have one; characters
 *     that a header cannot carry are percent-encoded
 * @param acceptPrivate whether the call may go to loopback and private networks; it never widens
 *     the {@link Addresses} of the caller
 * @param auth what proves who asks; its header must not be among the others
 */
public record HttpRequestSpec(
    String method,
    URI uri,
    Map<String, String> headers,
    Optional<HttpBody> body,
    Duration timeout,
    long maxResponseBytes,
    String idempotencyKey,
    boolean acceptPrivate,
    Optional<HttpAuth> auth) {

  /** The most that {@link #maxResponseBytes} can be: what one array holds. */
  public static final long LARGEST_RESPONSE = Integer.MAX_VALUE - 8;

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(30);

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

  /** Headers that say where the message ends or whom it is for, which only the client knows. */
  private static final Set<String> RESTRICTED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * Checks every part.
   *
   * @throws dev.howdah.fault.FaultException {@code http.invalid-request}, naming the part and the
   *     cure
   */
  public HttpRequestSpec {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
    method = checkedMethod(method);
    uri = checkedUri(uri);
    headers = checkedHeaders(headers);
    if (auth.isPresent()) {
      checkAuth(auth.get(), headers);
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw HttpFaults.invalid(
          "the timeout is " + timeout + "; it must be positive and at most " + LONGEST_TIMEOUT);
    }
    if (maxResponseBytes < 1 || maxResponseBytes > LARGEST_RESPONSE) {
      throw HttpFaults.invalid(
          "the response limit is "
              + maxResponseBytes
              + " bytes; it must be between 1 and "
              + LARGEST_RESPONSE);
    }
  }

  /** A request that does not prove who asks. */
  public HttpRequestSpec(
      String method,
      URI uri,
      Map<String, String> headers,
      Optional<HttpBody> body,
      Duration timeout,
      long maxResponseBytes,
      String idempotencyKey,
      boolean acceptPrivate) {
    this(
        method,
        uri,
        headers,
        body,
        timeout,
        maxResponseBytes,
        idempotencyKey,
        acceptPrivate,
        Optional.empty());
  }

  /**
   * Reads the address of a request.
   *
   * @throws dev.howdah.fault.FaultException {@code http.invalid-request} when the text is not a URI
   */
  public static URI uri(String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw HttpFaults.invalid(
          "not a URI: "
              + e.getReason()
              + " at character "
              + (e.getIndex() + 1)
              + " of \""
              + Excerpt.of(text)
              + "\"; percent-encode what is not allowed there");
    }
  }

  /**
   * Reads and checks the address of a request.
   *
   * @throws dev.howdah.fault.FaultException {@code http.invalid-request} when nothing can be there
   */
  public static URI address(String text) {
    return checkedUri(uri(text));
  }

  /** Method and address for a message; without the query, which may hold secrets. */
  String label() {
    return method + " " + origin() + (uri.getRawPath() == null ? "" : uri.getRawPath());
  }

  /** Scheme, host and port: what a browser calls an origin. */
  String origin() {
    return uri.getScheme() + "://" + authority();
  }

  private String authority() {
    boolean usual = port() == (secure() ? 443 : 80);
    return uri.getHost() + (usual ? "" : ":" + port());
  }

  int port() {
    return uri.getPort() >= 0 ? uri.getPort() : secure() ? 443 : 80;
  }

  boolean secure() {
    return uri.getScheme().equals("https");
  }

  boolean mayFollow() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /**
   * The same request to another address. Another origin gets no proof of who asks, and neither the
   * body nor the headers, because any of them may be a credential meant for this one only.
   */
  HttpRequestSpec redirectedTo(URI target) {
    HttpRequestSpec same =
        new HttpRequestSpec(
            method,
            target,
            headers,
            body,
            timeout,
            maxResponseBytes,
            idempotencyKey,
            acceptPrivate,
            auth);
    if (same.origin().equals(origin())) {
      return same;
    }
    Map<String, String> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, value) -> {
          if (name.toLowerCase(Locale.ROOT).startsWith("accept")) {
            kept.put(name, value);
          }
        });
    return new HttpRequestSpec(
        method,
        target,
        kept,
        Optional.empty(),
        timeout,
        maxResponseBytes,
        idempotencyKey,
        acceptPrivate);
  }

  /** A text for a message, without the secret. */
  String hide(String text) {
    return auth.map(a -> a.hide(text)).orElse(text);
  }

  /** Names the request without anything confidential in it. */
  @Override
  public String toString() {
    return label();
  }

  private static void checkAuth(HttpAuth auth, Map<String, String> headers) {
    checkedHeaders(Map.of(auth.header(), auth.value()));
    if (headers.containsKey(auth.header())) {
      throw HttpFaults.invalid(
          "the header " + auth.header() + " is there twice, as auth and in headers; remove one");
    }
  }

  private static String checkedMethod(String method) {
    if (method == null || !TOKEN.matcher(method).matches()) {
      throw HttpFaults.invalid("\"" + Excerpt.of(method) + "\" is not an HTTP method; such as GET");
    }
    String upper = method.toUpperCase(Locale.ROOT);
    if (upper.equals("CONNECT")) {
      throw HttpFaults.invalid("the method CONNECT is for proxies; use GET, POST or another");
    }
    return upper;
  }

  private static URI checkedUri(URI uri) {
    Objects.requireNonNull(uri, "uri");
    String shown = Excerpt.of(uri.getScheme() + "://" + uri.getHost());
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw HttpFaults.invalid(
          "the URI has "
              + (scheme.isEmpty() ? "no scheme" : "the scheme " + scheme)
              + "; it must start with http:// or https://");
    }
    if (uri.getRawUserInfo() != null) {
      throw HttpFaults.invalid(
          "the URI " + shown + " holds a user name; send an Authorization header instead");
    }
    if (uri.getHost() == null) {
      throw HttpFaults.invalid(
          "the URI names no valid host in \"" + Excerpt.of(uri.getRawAuthority()) + "\"");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw HttpFaults.invalid("the URI " + shown + " has the port " + uri.getPort());
    }
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return URI.create(
        URI.create(
                scheme
                    + "://"
                    + uri.getHost().toLowerCase(Locale.ROOT)
                    + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                    + path
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()))
            .toASCIIString());
  }

  private static Map<String, String> checkedHeaders(Map<String, String> headers) {
    Map<String, String> checked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, value) -> {
          if (!TOKEN.matcher(name).matches()) {
            throw HttpFaults.invalid("\"" + Excerpt.of(name) + "\" is not a header name");
          }
          if (RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
            throw HttpFaults.invalid(
                "the header " + name + " is set by the client itself; leave it out");
          }
          if (value == null || !HEADER_VALUE.matcher(value).matches()) {
            throw HttpFaults.invalid(
                "the value of the header "
                    + name
                    + " holds a line break or another character that a header cannot carry; encode"
                    + " it");
          }
          if (checked.put(name, value) != null) {
            throw HttpFaults.invalid("the header " + name + " is there twice; join its values");
          }
        });
    return Collections.unmodifiableMap(checked);
  }
}
