package dev.howdah.expression;

import dev.howdah.expression.JqToken.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a jq program into tokens, and finds where it ends inside a longer text.
 *
 * <p>It exists because the parser of jackson-jq neither says where a program ends nor lets its tree
 * be read. It accepts more than jq does; the parser has the last word.
 */
final class JqLexer {
  private static final int MAX_NESTING = 200;
  private static final String[] SYMBOLS = {
    "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..", "::"
  };

  private final String text;
  private final List<JqToken> tokens = new ArrayList<>();
  private final Deque<JqToken> open = new ArrayDeque<>();
  private int at;

  private JqLexer(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /**
   * The tokens of a program that starts at an index and ends before the brace that closes it.
   *
   * @param tokens positions are indices in the whole text
   * @param end index of the closing brace
   */
  record Program(List<JqToken> tokens, int end) {}

  /**
   * Reads up to the brace that closes the program.
   *
   * @throws ExpressionException when there is none, or when brackets or quotes do not match
   */
  static Program program(String text, int from) {
    JqLexer lexer = new JqLexer(text, from);
    if (!lexer.untilClosed()) {
      if (!lexer.open.isEmpty()) {
        throw lexer.unclosed(lexer.open.peek());
      }
      throw new ExpressionException(
          "the expression is not closed",
          "end it with }, or write $${ for a literal ${",
          Math.max(0, from - 2));
    }
    return new Program(lexer.tokens, lexer.at);
  }

  private boolean untilClosed() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else if (c == '#') {
        comment();
      } else if (c == '"') {
        string(false);
      } else if (c == '}' && open.isEmpty()) {
        return true;
      } else if (c == '(' || c == '[' || c == '{') {
        open(add(Kind.SYMBOL, String.valueOf(c), at, at + 1));
      } else if (c == ')' || c == ']' || c == '}') {
        close(c);
      } else {
        word(c);
      }
    }
    return false;
  }

  private void comment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
  }

  private void open(JqToken bracket) {
    open.push(bracket);
    if (open.size() > MAX_NESTING) {
      throw new ExpressionException(
          "the expression is nested more than " + MAX_NESTING + " deep",
          "split it into several blocks",
          bracket.start());
    }
  }

  private void close(char c) {
    JqToken bracket = open.poll();
    if (bracket == null || closer(bracket) != c) {
      throw new ExpressionException(
          bracket == null
              ? c + " closes nothing"
              : c + " does not close the " + bracket.text() + " before it",
          bracket == null ? "remove it" : "write " + closer(bracket),
          at);
    }
    add(Kind.SYMBOL, String.valueOf(c), at, at + 1);
    if (bracket.kind() == Kind.INTERPOLATION) {
      string(true);
    }
  }

  private static char closer(JqToken bracket) {
    return switch (bracket.text()) {
      case "[" -> ']';
      case "{" -> '}';
      default -> ')';
    };
  }

  /** Reads a string, or what is left of one after an interpolation. */
  private void string(boolean interpolated) {
    int start = at;
    StringBuilder value = new StringBuilder();
    if (!interpolated) {
      at++;
    }
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        if (interpolated) {
          add(Kind.QUOTE, "\"", at - 1, at);
        } else {
          add(Kind.STRING, value.toString(), start, at);
        }
        return;
      }
      if (c != '\\') {
        value.append(c);
      } else if (at < text.length()) {
        char escape = text.charAt(at++);
        if (escape == '(') {
          if (!interpolated) {
            add(Kind.QUOTE, "\"", start, start + 1);
          }
          open(add(Kind.INTERPOLATION, "\\(", at - 2, at));
          return;
        }
        unescape(escape, value);
      }
    }
    throw new ExpressionException("the string is not closed", "end it with \"", start);
  }

  private void unescape(char escape, StringBuilder value) {
    switch (escape) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'u' -> {
        int end = Math.min(text.length(), at + 4);
        try {
          value.append((char) Integer.parseInt(text.substring(at, end), 16));
        } catch (NumberFormatException e) {
          throw new ExpressionException(
              "\\u needs four hexadecimal digits", "write for example \\u00e9", at - 2);
        }
        at = end;
      }
      default -> value.append(escape);
    }
  }

  private void word(char c) {
    int start = at;
    if (c == '$' || c == '@') {
      at++;
      int name = at;
      at = identifierEnd(at);
      add(c == '$' ? Kind.VARIABLE : Kind.FORMAT, text.substring(name, at), start, at);
    } else if (c == '.' && at + 1 < text.length() && isLetter(text.charAt(at + 1))) {
      at = identifierEnd(at + 1);
      add(Kind.FIELD, text.substring(start + 1, at), start, at);
    } else if (isLetter(c)) {
      at = identifierEnd(at);
      add(Kind.WORD, text.substring(start, at), start, at);
    } else if (isDigit(c)) {
      while (at < text.length() && (isDigit(text.charAt(at)) || isDecimalPoint(at))) {
        at++;
      }
      at = exponentEnd(at);
      add(Kind.NUMBER, text.substring(start, at), start, at);
    } else {
      String symbol = String.valueOf(c);
      for (String longer : SYMBOLS) {
        if (text.startsWith(longer, at)) {
          symbol = longer;
          break;
        }
      }
      at += symbol.length();
      add(Kind.SYMBOL, symbol, start, at);
    }
  }

  private boolean isDecimalPoint(int index) {
    return text.charAt(index) == '.'
        && index + 1 < text.length()
        && isDigit(text.charAt(index + 1));
  }

  private int exponentEnd(int from) {
    if (from >= text.length() || (text.charAt(from) != 'e' && text.charAt(from) != 'E')) {
      return from;
    }
    int sign = from + 1;
    int digits = sign;
    if (sign < text.length() && (text.charAt(sign) == '+' || text.charAt(sign) == '-')) {
      digits++;
    }
    int end = digits;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end == digits ? from : end;
  }

  private int identifierEnd(int from) {
    int end = from;
    while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
      end++;
    }
    return end;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private JqToken add(Kind kind, String value, int start, int end) {
    JqToken token = new JqToken(kind, value, start, end);
    tokens.add(token);
    at = Math.max(at, end);
    return token;
  }

  private ExpressionException unclosed(JqToken bracket) {
    return new ExpressionException(
        "the " + bracket.text() + " is not closed", "write " + closer(bracket), bracket.start());
  }
}
