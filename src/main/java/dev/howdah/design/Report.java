package dev.howdah.design;

import java.util.HashSet;
import java.util.Set;

/** Adds what is wrong with one configuration to the problems, once per place. */
final class Report {
  private final PositionOf positions;
  private final Problems problems;
  private final Set<String> wrong = new HashSet<>();

  Report(PositionOf positions, Problems problems) {
    this.positions = positions;
    this.problems = problems;
  }

  /** Reports a value that is wrong, unless it has been reported. */
  void wrong(String pointer, String message, String cure) {
    if (wrong.add(pointer)) {
      problems.add("design.invalid-setting", positions.at(pointer), message, cure);
    }
  }

  /** Reports that something is missing in the object at a pointer. */
  void missing(String pointer, String name, String cure) {
    wrong.add(TreeBuilder.member(pointer, name));
    problems.add(
        "design.missing-setting", positions.at(pointer), "\"" + name + "\" is missing", cure);
  }

  /** Reports a member that the object at a pointer cannot have. */
  void unknown(String pointer, String name, String cure) {
    String member = TreeBuilder.member(pointer, name);
    wrong.add(member);
    problems.add(
        "design.unknown-setting",
        positions.key(member),
        "there is no setting \"" + name + "\" here",
        cure);
  }

  /** Reports a character of a string that is wrong. */
  void expression(String pointer, int offset, String message, String cure) {
    if (wrong.add(pointer)) {
      problems.add("design.expression", positions.at(pointer, offset), message, cure);
    }
  }

  boolean isEmpty() {
    return wrong.isEmpty();
  }

  boolean isWrong(String pointer) {
    return wrong.contains(pointer);
  }
}
