package dev.howdah.design;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects problems, so that all are reported at once. Not safe for use by several threads. */
public final class Problems {
  private final SortedSet<Problem> found = new TreeSet<>();

  /** Adds a problem; one that is there already is not added twice. */
  public void add(Problem problem) {
    found.add(problem);
  }

  /** Adds a problem of its parts. */
  public void add(String code, Position position, String message, String cure) {
    add(new Problem(code, position, message, cure));
  }

  /** Whether nothing is wrong so far. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** How many there are so far. */
  public int size() {
    return found.size();
  }

  /** All problems so far, by position. */
  public List<Problem> list() {
    return List.copyOf(found);
  }

  /**
   * Does nothing when there are none.
   *
   * @throws InvalidDesignException with all problems so far
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidDesignException(list());
    }
  }
}
