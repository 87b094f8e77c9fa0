package dev.howdah.worker.exec;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the exit codes of a program mean: those in neither list are failures that trying again
 * cannot cure.
 *
 * @param success the program did what it was to do
 * @param retry it may do so later
 */
public record ExitCodes(Set<Integer> success, Set<Integer> retry) {

  /**
   * Checks the lists.
   *
   * @throws IllegalArgumentException when there is no code of success, a code is none, or a code is
   *     in both
   */
  public ExitCodes {
    success = Set.copyOf(success);
    retry = Set.copyOf(retry);
    if (success.isEmpty()) {
      throw new IllegalArgumentException("there is no code of success; name one, such as 0");
    }
    for (Set<Integer> codes : List.of(success, retry)) {
      for (int code : codes) {
        if (code < 0 || code > 255) {
          throw new IllegalArgumentException(
              "%d is no exit code; they are 0 to 255".formatted(code));
        }
      }
    }
    for (int code : retry) {
      if (success.contains(code)) {
        throw new IllegalArgumentException(
            "the code %d is one of success and one to retry; leave it out of one".formatted(code));
      }
    }
  }

  /** Codes in the form that designs have them in. */
  public static ExitCodes of(List<Integer> success, List<Integer> retry) {
    return new ExitCodes(new TreeSet<>(success), new TreeSet<>(retry));
  }
}
