package dev.howdah.design;

import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a document. Has no stack trace: it is an answer to its author. */
public final class InvalidDesignException extends RuntimeException {
  private static final int SHOWN = 50;

  private final transient List<Problem> problems;

  /** An exception for at least one problem. Its message holds the first {@value #SHOWN}. */
  public InvalidDesignException(List<Problem> problems) {
    super(text(problems), null, false, false);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a design without problems is not invalid");
    }
    this.problems = List.copyOf(problems);
  }

  private static String text(List<Problem> problems) {
    String first =
        problems.stream().limit(SHOWN).map(Problem::toString).collect(Collectors.joining("\n"));
    int more = problems.size() - SHOWN;
    return more > 0 ? first + "\n... and " + more + " more" : first;
  }

  /** The problems, by position. */
  public List<Problem> problems() {
    return problems;
  }
}
