package dev.howdah.design;

import java.util.List;

/** Names faults by their codes, as designs do. */
public final class FaultCodes {
  private FaultCodes() {}

  /**
   * Whether a fault is among those named.
   *
   * @param named codes, or prefixes: {@code http.*}, or {@code http} for the same
   */
  public static boolean cover(List<String> named, String code) {
    return named.stream()
        .anyMatch(
            wanted ->
                wanted.endsWith("*")
                    ? code.startsWith(wanted.substring(0, wanted.length() - 1))
                    : code.equals(wanted) || code.startsWith(wanted + "."));
  }
}
