package dev.howdah.expression;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Puts steps of the {@link Budget} into a program whose work may grow faster than its data.
 *
 * <p>Functions of jq are metered by {@link JqFunctions}. That leaves functions which the program
 * defines itself, {@code reduce} and {@code foreach}, and generators that multiply, such as {@code
 * [.[] + .[] + .[]]}. A call of {@code _step}, which yields its input, goes behind each pipe, at
 * the start of each function body and of each update, and at the end of each list, parenthesis and
 * condition.
 *
 * <p>Not reached: a bare operand of {@code //} whose many values are all null or false, and the
 * inside of a regular expression.
 */
final class Metering {
  static final String STEP = "_step";

  private final List<JqToken> tokens;
  private final Deque<Integer> open = new ArrayDeque<>();
  private final List<Insertion> insertions = new ArrayList<>();

  private record Insertion(int at, String text) {}

  private Metering(List<JqToken> tokens) {
    this.tokens = tokens;
  }

  /** Whether the work of a program may grow faster than its data. */
  static boolean isNeeded(List<JqToken> tokens) {
    int generators = 0;
    for (int i = 0; i < tokens.size(); i++) {
      JqToken token = tokens.get(i);
      if (token.isWord("def") || token.isWord("reduce") || token.isWord("foreach")) {
        return true;
      }
      boolean each =
          token.isSymbol("[") && i + 1 < tokens.size() && tokens.get(i + 1).isSymbol("]");
      boolean several = token.isSymbol("(") && hasComma(tokens, i);
      if (each || several || token.isSymbol("..")) {
        generators++;
      }
    }
    return generators > 1;
  }

  private static boolean hasComma(List<JqToken> tokens, int bracket) {
    int depth = 0;
    for (int i = bracket; i < tokens.size(); i++) {
      if (tokens.get(i).opens()) {
        depth++;
      } else if (tokens.get(i).closes() && --depth == 0) {
        return false;
      } else if (depth == 1 && tokens.get(i).isSymbol(",")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The program with steps.
   *
   * @param jq the program
   * @param from its index in the text that the tokens' positions count from
   */
  static String insertSteps(String jq, int from, List<JqToken> tokens) {
    Metering metering = new Metering(tokens);
    metering.walk();
    StringBuilder result = new StringBuilder();
    int copied = 0;
    for (Insertion insertion : metering.insertions) {
      int at = insertion.at() - from;
      result.append(jq, copied, at).append(insertion.text());
      copied = at;
    }
    // A comment at the end would swallow what follows it on its line.
    return result.append(jq, copied, jq.length()).append('\n').toString();
  }

  private void walk() {
    int i = 0;
    while (i < tokens.size()) {
      JqToken token = tokens.get(i);
      boolean key = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol(":");
      if (token.isWord("as") && !key) {
        i = afterPattern(i + 1);
        continue;
      }
      if (token.isWord("def") && !key) {
        i = body(i);
        continue;
      }
      if (token.opens()) {
        open.push(i);
      } else if (token.closes()) {
        close(i, token);
      } else if (token.isSymbol("|") || (token.isSymbol(";") && !open.isEmpty())) {
        insert(token.end(), " " + STEP + " | ");
      } else if (token.isWord("then") && !key && !isKeyOf(i)) {
        insert(token.start(), " | " + STEP + " ");
      }
      i++;
    }
  }

  /** Whether a word is the name of a member: <code>{then}</code>. */
  private boolean isKeyOf(int i) {
    return !open.isEmpty()
        && tokens.get(open.peek()).isSymbol("{")
        && (open.peek() == i - 1 || tokens.get(i - 1).isSymbol(","));
  }

  private void close(int i, JqToken token) {
    int bracket = open.pop();
    boolean empty = bracket == i - 1;
    boolean yields = token.isSymbol(")") || (token.isSymbol("]") && isList(bracket));
    if (yields && !empty) {
      insert(token.start(), " | " + STEP);
    }
  }

  /** Whether a square bracket makes a list, rather than index what is before it. */
  private boolean isList(int bracket) {
    if (bracket == 0) {
      return true;
    }
    JqToken before = tokens.get(bracket - 1);
    return switch (before.kind()) {
      case FIELD, VARIABLE, STRING, QUOTE, NUMBER, FORMAT -> false;
      case WORD -> FunctionCheck.isKeyword(before) && !before.isWord("end");
      case INTERPOLATION -> true;
      case SYMBOL ->
          !(before.closes()
              || before.isSymbol(".")
              || before.isSymbol("..")
              || before.isSymbol("?"));
    };
  }

  private int afterPattern(int from) {
    int depth = 0;
    int i = from;
    do {
      if (tokens.get(i).opens()) {
        depth++;
      } else if (tokens.get(i).closes()) {
        depth--;
      }
      i++;
    } while (depth > 0 && i < tokens.size());
    return i;
  }

  private int body(int from) {
    int i = from;
    while (i < tokens.size() && !tokens.get(i).isSymbol(":")) {
      i++;
    }
    if (i < tokens.size()) {
      insert(tokens.get(i).end(), " " + STEP + " | ");
    }
    return i + 1;
  }

  private void insert(int at, String text) {
    insertions.add(new Insertion(at, text));
  }
}
