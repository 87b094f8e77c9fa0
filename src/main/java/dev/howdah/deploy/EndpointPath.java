package dev.howdah.deploy;

import dev.howdah.fault.Mistakes;
import java.util.regex.Pattern;

/** The path under which a deployment is called, in its one stored form: {@code /my-design}. */
public final class EndpointPath {
  private static final String CODE = "deployment.path";
  private static final int MOST = 200;
  private static final Pattern SLASHES = Pattern.compile("/+");
  private static final Pattern SAFE =
      Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+", Pattern.UNICODE_CASE);

  private EndpointPath() {}

  /**
   * The stored form of a path as somebody wrote it: one slash in front, none behind, none doubled.
   *
   * @throws dev.howdah.fault.FaultException {@code deployment.path} when it cannot stand in a URL
   *     as it is
   */
  public static String of(String written) {
    Mistakes mistakes = new Mistakes(CODE);
    check(written, mistakes);
    mistakes.throwIfAny();
    return normalised(written);
  }

  /** Finds out whether a path as somebody wrote it can stand in a URL as it is. */
  static void check(String written, Mistakes mistakes) {
    String path = normalised(written);
    if (path.length() > MOST || !SAFE.matcher(path).matches()) {
      mistakes.add(
          CODE,
          "/endpoint_path",
          "endpoint_path \"%s\" cannot be a path".formatted(shortened(written)),
          "use letters, digits, - . _ ~ and / between them, at most %d characters, for example /my-design"
              .formatted(MOST));
    }
  }

  /** Slashes in order, nothing checked: how a called path is looked up. */
  public static String normalised(String written) {
    String path = SLASHES.matcher("/" + written.strip()).replaceAll("/");
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String shortened(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
  }
}
