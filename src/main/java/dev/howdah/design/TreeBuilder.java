package dev.howdah.design;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** What both readers share while they build a tree: its places, its limits, its problems. */
final class TreeBuilder {
  private final String file;
  private final Problems problems;
  private final Map<String, Document.Place> places = new HashMap<>();
  private int values;

  TreeBuilder(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Stops reading; the reason has been added to the problems. */
  static final class GaveUp extends RuntimeException {
    GaveUp() {
      super("the document cannot be read further", null, false, false);
    }
  }

  Map<String, Document.Place> places() {
    return places;
  }

  void problem(String code, int line, int column, String message, String cure) {
    problems.add(code, new Position(file, Math.max(1, line), Math.max(1, column)), message, cure);
  }

  GaveUp giveUp(String code, int line, int column, String message, String cure) {
    problem(code, line, column, message, cure);
    return new GaveUp();
  }

  /** Records where a value stands; {@code key} is the place of its key, if it has one. */
  void place(String pointer, int[] key, int line, int column) {
    places.putIfAbsent(
        pointer,
        new Document.Place(key == null ? 0 : key[0], key == null ? 0 : key[1], line, column));
    count(1, line, column);
  }

  /** Counts values; an alias stands for many. */
  void count(int more, int line, int column) {
    values += more;
    if (values > Document.MAX_VALUES) {
      throw giveUp(
          "design.too-large",
          line,
          column,
          "the document has more than " + Document.MAX_VALUES + " values",
          "use fewer values or fewer aliases");
    }
  }

  int values() {
    return values;
  }

  void enter(int depth, int line, int column) {
    if (depth > Document.MAX_DEPTH) {
      throw giveUp(
          "design.too-deep",
          line,
          column,
          "objects and lists are nested more than " + Document.MAX_DEPTH + " deep",
          "nest them less");
    }
  }

  /** Reports a key that the object has already. */
  void checkKey(ObjectNode object, String pointer, String key, int line, int column) {
    if (object.has(key)) {
      Document.Place first = places.get(member(pointer, key));
      problem(
          "design.duplicate-key",
          line,
          column,
          "the key \"" + key + "\" is here twice",
          "remove it here or in line " + (first == null ? line : first.keyLine()));
    }
  }

  static String member(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** Whether a number is so long that computing with it would take long. */
  static boolean isExcessive(String number) {
    int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
    return number.length() > 400 || (exponent >= 0 && number.length() - exponent > 5);
  }

  GaveUp excessive(int line, int column) {
    return giveUp(
        "design.syntax",
        line,
        column,
        "the number is too long",
        "write at most 400 digits and an exponent of at most three");
  }
}
