package dev.howdah.design;

import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a document. Has no stack trace: it is an answer to its author. */
public final class InvalidDesignException extends RuntimeException {
  private final transient List<Problem> problems;

  /** An exception for at least one problem. */
  public InvalidDesignException(List<Problem> problems) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
        null,
        false,
        false);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a design without problems is not invalid");
    }
    this.problems = List.copyOf(problems);
  }

  /** The problems, by position. */
  public List<Problem> problems() {
    return problems;
  }
}
