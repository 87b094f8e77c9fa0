package dev.howdah.fault;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong in what somebody asks for, to tell it at once. */
public final class Mistakes {
  private final String mixed;
  private final List<Mistake> all = new ArrayList<>();

  /**
   * @param mixed the code of the whole when mistakes have different ones
   */
  public Mistakes(String mixed) {
    this.mixed = mixed;
  }

  /** Adds one; the parameters are those of {@link Mistake}. */
  public void add(String code, String place, String cause, String cure) {
    all.add(new Mistake(code, place, cause, cure));
  }

  /** Adds everything that an attempt is refused for. */
  public void collect(Runnable attempt) {
    try {
      attempt.run();
    } catch (FaultException e) {
      if (e.mistakes().isEmpty()) {
        throw e;
      }
      e.mistakes().stream().filter(mistake -> !all.contains(mistake)).forEach(all::add);
    }
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /**
   * Lets pass what has no mistakes.
   *
   * @throws FaultException with all of them
   */
  public void throwIfAny() {
    if (!all.isEmpty()) {
      throw toException();
    }
  }

  /** All of them, of which there is at least one. */
  public FaultException toException() {
    return new FaultException(mixed, all);
  }
}
