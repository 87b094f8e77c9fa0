package dev.howdah.expression;

import dev.howdah.expression.JqToken.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds which of Howdah's variables a jq program reads, and rejects variables that nobody binds.
 *
 * <p>A variable that the program binds itself is visible from there to the end of the bracket
 * around it. That is wider than jq in corners; jq itself still fails there, when evaluated.
 */
final class ReferenceFinder {
  static final List<String> KNOWN =
      List.of("input", "blocks", "execution", "item", "index", "secrets");
  private static final String KNOWN_LIST =
      "the known ones are $input, $blocks, $execution, $item, $index and $secrets";

  private final List<JqToken> tokens;
  private final Deque<Set<String>> bound = new ArrayDeque<>();
  private final Set<String> read = new HashSet<>();
  private final Set<String> blocks = new HashSet<>();
  private final Set<String> secrets = new HashSet<>();
  private boolean allBlocks;

  private ReferenceFinder(List<JqToken> tokens) {
    this.tokens = tokens;
    bound.push(new HashSet<>());
  }

  /**
   * Reads the tokens of a whole program.
   *
   * @throws ExpressionException for an unknown variable, for a program that binds one of Howdah's
   *     names, and for a use of {@code $secrets} without a name
   */
  static References find(List<JqToken> tokens) {
    ReferenceFinder finder = new ReferenceFinder(tokens);
    finder.walk();
    return new References(
        finder.blocks,
        finder.allBlocks,
        finder.read.contains("input"),
        finder.read.contains("execution"),
        finder.read.contains("item"),
        finder.read.contains("index"),
        finder.secrets);
  }

  private void walk() {
    int i = 0;
    while (i < tokens.size()) {
      JqToken token = tokens.get(i);
      if (token.opens()) {
        bound.push(new HashSet<>());
      } else if (token.closes()) {
        bound.pop();
      } else if (isKeyword(i, "as")) {
        i = pattern(i + 1);
        continue;
      } else if (isKeyword(i, "def")) {
        i = parameters(i + 1);
        continue;
      } else if (isKeyword(i, "label") || isKeyword(i, "break")) {
        i += 2;
        continue;
      } else if (token.kind() == Kind.VARIABLE) {
        use(i, token);
      }
      i++;
    }
  }

  private boolean isKeyword(int i, String word) {
    return tokens.get(i).isWord(word)
        && !(i + 1 < tokens.size() && tokens.get(i + 1).isSymbol(":"));
  }

  /** Binds the variables of what follows {@code as}; returns the index after it. */
  private int pattern(int from) {
    int depth = 0;
    int expression = 0;
    int i = from;
    while (i < tokens.size()) {
      JqToken token = tokens.get(i);
      if (depth == 0 && i > from) {
        return i;
      }
      if (token.opens()) {
        depth++;
        if (expression > 0 || token.isSymbol("(")) {
          expression++;
        }
      } else if (token.closes()) {
        depth--;
        expression = Math.max(0, expression - 1);
      } else if (token.kind() == Kind.VARIABLE) {
        if (expression > 0) {
          use(i, token);
        } else {
          bind(token);
        }
      }
      i++;
    }
    return i;
  }

  private int parameters(int from) {
    int i = from;
    while (i < tokens.size() && !tokens.get(i).isSymbol(":")) {
      if (tokens.get(i).kind() == Kind.VARIABLE) {
        bind(tokens.get(i));
      }
      i++;
    }
    return i;
  }

  private void bind(JqToken variable) {
    if (KNOWN.contains(variable.text())) {
      throw new ExpressionException(
          "the expression binds $" + variable.text() + ", which already has a meaning",
          "use another name",
          variable.start());
    }
    bound.peek().add(variable.text());
  }

  private void use(int i, JqToken variable) {
    String name = variable.text();
    if (bound.stream().anyMatch(names -> names.contains(name))) {
      return;
    }
    if (!KNOWN.contains(name)) {
      throw new ExpressionException("there is no variable $" + name, KNOWN_LIST, variable.start());
    }
    read.add(name);
    String member = member(i + 1);
    if (name.equals("blocks")) {
      if (member == null) {
        allBlocks = true;
      } else {
        blocks.add(member);
      }
    } else if (name.equals("secrets")) {
      if (member == null) {
        throw new ExpressionException(
            "$secrets is read without a name", "write $secrets.name", variable.start());
      }
      secrets.add(member);
    }
  }

  /** The constant name by which a member is read: {@code .x}, {@code ."x"} or {@code ["x"]}. */
  private String member(int i) {
    if (i >= tokens.size()) {
      return null;
    }
    JqToken token = tokens.get(i);
    if (token.kind() == Kind.FIELD) {
      return token.text();
    }
    if (token.isSymbol(".") && i + 1 < tokens.size()) {
      return tokens.get(i + 1).kind() == Kind.STRING ? tokens.get(i + 1).text() : member(i + 1);
    }
    return token.isSymbol("[")
            && i + 2 < tokens.size()
            && tokens.get(i + 1).kind() == Kind.STRING
            && tokens.get(i + 2).isSymbol("]")
        ? tokens.get(i + 1).text()
        : null;
  }
}
