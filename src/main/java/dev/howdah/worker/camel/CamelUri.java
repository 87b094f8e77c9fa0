package dev.howdah.worker.camel;

import dev.howdah.worker.Excerpt;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URI of a Camel endpoint that holds nothing but itself: no placeholder, by which settings and
 * environment variables could be read, and no reference that makes an object of any class.
 *
 * @param text as Camel reads it
 * @param scheme in lower case
 */
public record CamelUri(String text, String scheme) {
  private static final Pattern SCHEME = Pattern.compile("\\s*([A-Za-z][A-Za-z0-9+.-]*):.*");

  /** What Camel replaces in a URI, or makes of a parameter. */
  private static final List<String> REFUSED =
      List.of("{{", "}}", "#class:", "#type:", "#property:", "#valueas(");

  /**
   * Reads a URI.
   *
   * @throws dev.howdah.fault.FaultException {@code camel.invalid-uri}
   */
  public static CamelUri of(String text) {
    String scheme =
        scheme(text)
            .orElseThrow(
                () ->
                    CamelFaults.invalidUri(
                        "\"%s\" is no endpoint URI; write one such as seda:orders"
                            .formatted(Excerpt.of(text))));
    String plain = decoded(text).toLowerCase(Locale.ROOT);
    for (String refused : REFUSED) {
      if (plain.contains(refused)) {
        throw CamelFaults.invalidUri(
            "the URI holds %s, which Camel would replace; write what is meant, and secrets as $secrets"
                .formatted(refused));
      }
    }
    return new CamelUri(text.strip(), scheme);
  }

  /**
   * The scheme that a URI begins with, even when expressions follow; empty when the scheme itself
   * is none or not known yet.
   */
  public static Optional<String> scheme(String text) {
    Matcher matcher = SCHEME.matcher(text);
    return matcher.matches()
        ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /** What stands between the scheme and the parameters, decoded. */
  String target() {
    String plain = decoded(text);
    int query = plain.indexOf('?');
    String path = plain.substring(plain.indexOf(':') + 1, query < 0 ? plain.length() : query);
    return path.startsWith("//") ? path.substring(2) : path;
  }

  /** The URI without its parameters, which may hold what nobody is to read in a message. */
  String label() {
    int query = text.indexOf('?');
    return Excerpt.of(query < 0 ? text : text.substring(0, query));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
