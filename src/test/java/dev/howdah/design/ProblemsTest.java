package dev.howdah.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void nothingIsThrownWithoutProblems() {
    problems.throwIfAny();
    assertTrue(problems.isEmpty());
  }

  @Test
  void allAreThrownAtOnceByPositionAndOnlyOnce() {
    problems.add("b", new Position("d.yaml", 10, 2), "the second", "cure it");
    problems.add("a", new Position("d.yaml", 9, 20), "the first", "did you mean \"x\"?");
    problems.add("a", new Position("d.yaml", 9, 20), "the first", "did you mean \"x\"?");
    InvalidDesignException thrown =
        assertThrows(InvalidDesignException.class, problems::throwIfAny);
    assertEquals(
        "d.yaml:9:20: The first. Did you mean \"x\"?\nd.yaml:10:2: The second. Cure it.",
        thrown.getMessage());
    assertEquals(problems.list(), thrown.problems());
    assertEquals(0, thrown.getStackTrace().length);
  }

  @Test
  void aMessageDoesNotGrowWithoutLimit() {
    for (int line = 1; line <= 60; line++) {
      problems.add("a", new Position("f", line, 1), "wrong", "cure it");
    }
    InvalidDesignException thrown =
        assertThrows(InvalidDesignException.class, problems::throwIfAny);
    assertTrue(thrown.getMessage().endsWith("f:50:1: Wrong. Cure it.\n... and 10 more"));
    assertEquals(60, thrown.problems().size());
  }

  @Test
  void anExceptionNeedsAProblem() {
    assertThrows(IllegalArgumentException.class, () -> new InvalidDesignException(List.of()));
  }

  @Test
  void positionsCountFromOne() {
    assertThrows(IllegalArgumentException.class, () -> new Position("f", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Position("f", 1, 0));
  }
}
