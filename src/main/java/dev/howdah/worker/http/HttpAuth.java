package dev.howdah.worker.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What proves to a service who asks: one header, which goes to the origin asked and to no other,
 * and whose secret stands in no message.
 *
 * @param header name of the header
 * @param value value of the header
 * @param secrets the texts that nobody may see, each not empty
 */
public record HttpAuth(String header, String value, List<String> secrets) {
  private static final String AUTHORIZATION = "Authorization";

  public HttpAuth {
    // The longest first: one may be a part of another.
    secrets = secrets.stream().sorted((a, b) -> Integer.compare(b.length(), a.length())).toList();
  }

  /** A token as in RFC 6750. */
  public static HttpAuth bearer(String token) {
    return new HttpAuth(AUTHORIZATION, "Bearer " + token, List.of(token));
  }

  /**
   * A user and a password as in RFC 7617, in UTF-8.
   *
   * @throws dev.howdah.fault.FaultException {@code http.invalid-request} when the user holds a
   *     colon, which would end it
   */
  public static HttpAuth basic(String user, String password) {
    if (user.contains(":")) {
      throw HttpFaults.invalid("the user of basic authentication holds a colon; use another user");
    }
    String pair = user + ":" + password;
    String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return new HttpAuth(AUTHORIZATION, "Basic " + encoded, List.of(encoded, password));
  }

  /** A header of the service's own, such as {@code X-Api-Key}. */
  public static HttpAuth header(String name, String value) {
    return new HttpAuth(name, value, List.of(value));
  }

  /** A text without the secrets, which a service may have sent back. */
  String hide(String text) {
    String hidden = text;
    for (String secret : secrets) {
      hidden = hidden.replace(secret, "***");
    }
    return hidden;
  }

  @Override
  public String toString() {
    return "HttpAuth[" + header + "]";
  }
}
