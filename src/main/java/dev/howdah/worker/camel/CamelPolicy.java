package dev.howdah.worker.camel;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which endpoints designs may send to here, as the operator has said; none unless there is a list.
 *
 * @param schemes in lower case
 */
public record CamelPolicy(Set<String> schemes) {
  /** What to set for a scheme to be allowed. */
  static final String SETTING = "howdah.camel.allow";

  public CamelPolicy {
    schemes = Set.copyOf(schemes);
  }

  /**
   * Reads a list of schemes, by comma.
   *
   * @param own the schemes of Howdah's own blocks, which run inside executions only
   * @throws IllegalArgumentException when one is none, or one of those
   */
  public static CamelPolicy parse(String text, Collection<String> own) {
    Set<String> schemes = new TreeSet<>();
    Arrays.stream(text.split(","))
        .map(scheme -> scheme.strip().toLowerCase(Locale.ROOT))
        .filter(scheme -> !scheme.isEmpty())
        .forEach(schemes::add);
    for (String scheme : schemes) {
      if (!scheme.matches("[a-z][a-z0-9+.-]*")) {
        throw new IllegalArgumentException(
            "\"%s\" is no scheme; write schemes such as seda, file, by comma".formatted(scheme));
      }
      if (own.contains(scheme)) {
        throw new IllegalArgumentException(
            "%s: is Howdah's own, for its blocks; use a block of that kind".formatted(scheme));
      }
    }
    return new CamelPolicy(schemes);
  }

  /**
   * Lets a URI pass that may be sent to.
   *
   * @throws dev.howdah.fault.FaultException {@code camel.not-allowed}
   */
  void check(CamelUri uri) {
    if (!schemes.contains(uri.scheme())) {
      throw CamelFaults.notAllowed(uri.scheme());
    }
  }
}
