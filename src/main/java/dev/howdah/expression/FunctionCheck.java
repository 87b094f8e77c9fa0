package dev.howdah.expression;

import dev.howdah.expression.JqToken.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rejects calls of functions that neither jq nor the program defines; jackson-jq itself would only
 * notice when it gets there.
 */
final class FunctionCheck {
  private static final Set<String> KEYWORDS =
      Set.of(
          "if", "then", "elif", "else", "end", "as", "def", "reduce", "foreach", "try", "catch",
          "label", "break", "import", "include", "module", "and", "or", "true", "false", "null");

  private final List<JqToken> tokens;
  private final Set<String> defined = new HashSet<>();

  private FunctionCheck(List<JqToken> tokens) {
    this.tokens = tokens;
  }

  /**
   * Checks a whole program.
   *
   * @throws ExpressionException for the first call of a function that does not exist
   */
  static void check(List<JqToken> tokens) {
    FunctionCheck check = new FunctionCheck(tokens);
    check.define();
    check.calls();
  }

  static boolean isKeyword(JqToken token) {
    return token.kind() == Kind.WORD && KEYWORDS.contains(token.text());
  }

  /** Collects what the program defines, wherever it is visible. */
  private void define() {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).isWord("def") && tokens.get(i + 1).kind() == Kind.WORD) {
        defined.add(tokens.get(i + 1).text() + "/" + arity(i + 1));
        for (int p = i + 2; p < tokens.size() && !tokens.get(p).isSymbol(":"); p++) {
          if (tokens.get(p).kind() == Kind.WORD || tokens.get(p).kind() == Kind.VARIABLE) {
            defined.add(tokens.get(p).text() + "/0");
          }
        }
      }
    }
  }

  private void calls() {
    Deque<JqToken> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      JqToken token = tokens.get(i);
      if (token.opens()) {
        open.push(token);
      } else if (token.closes()) {
        open.pop();
      } else if (token.kind() == Kind.WORD && isCall(i, open)) {
        call(token, arity(i));
      }
    }
  }

  private boolean isCall(int i, Deque<JqToken> open) {
    JqToken before = i == 0 ? null : tokens.get(i - 1);
    if (before != null && before.isWord("def")) {
      return false;
    }
    boolean key =
        !open.isEmpty()
            && open.peek().isSymbol("{")
            && (open.peek().equals(before) || (before != null && before.isSymbol(",")));
    return !key && !isKeyword(tokens.get(i)) && !isFollowedByColon(i);
  }

  private boolean isFollowedByColon(int i) {
    return i + 1 < tokens.size()
        && (tokens.get(i + 1).isSymbol(":") || tokens.get(i + 1).isSymbol("::"));
  }

  private void call(JqToken name, int arity) {
    Set<String> known = JqFunctions.ROOT.getLocalFunctions().keySet();
    String wanted = name.text() + "/" + arity;
    if (defined.contains(wanted) || known.contains(wanted) || known.contains(name.text())) {
      return;
    }
    Set<String> arities = new TreeSet<>();
    String prefix = name.text() + "/";
    known.stream()
        .filter(other -> other.startsWith(prefix))
        .forEach(other -> arities.add(other.substring(prefix.length())));
    throw arities.isEmpty()
        ? new ExpressionException(
            "there is no function " + name.text(),
            "use a function of jq 1.6, or define it with def",
            name.start())
        : new ExpressionException(
            "the function " + name.text() + " does not take " + arity + " arguments",
            "give it " + String.join(" or ", arities) + ", separated by ;",
            name.start());
  }

  /** The number of arguments or parameters in the parentheses after a name. */
  private int arity(int name) {
    if (name + 1 >= tokens.size() || !tokens.get(name + 1).isSymbol("(")) {
      return 0;
    }
    int depth = 0;
    int arity = 1;
    for (int i = name + 1; i < tokens.size(); i++) {
      JqToken token = tokens.get(i);
      if (token.opens()) {
        depth++;
      } else if (token.closes() && --depth == 0) {
        return arity;
      } else if (depth == 1 && token.isSymbol(";")) {
        arity++;
      }
    }
    return arity;
  }
}
