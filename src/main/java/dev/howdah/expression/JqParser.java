package dev.howdah.expression;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.javacc.ParseException;
import net.thisptr.jackson.jq.internal.javacc.TokenMgrError;

/** Has jackson-jq parse a program, and turns what it says into a message with an offset. */
final class JqParser {
  private static final Set<String> DIRECTIVES = Set.of("import", "include", "module");

  private static final Pattern PLACE = Pattern.compile("at line (\\d{1,9}), column (\\d{1,9})");

  private JqParser() {}

  /**
   * Parses a program.
   *
   * @param jq the program
   * @param from its index in the text around it, added to offsets
   * @param tokens its tokens, not empty
   * @throws ExpressionException when it does not parse
   */
  static JsonQuery parse(String jq, int from, List<JqToken> tokens) {
    JqToken first = tokens.get(0);
    if (first.kind() == JqToken.Kind.WORD && DIRECTIVES.contains(first.text())) {
      throw new ExpressionException(
          "an expression cannot use jq modules",
          "remove the " + first.text() + " directive",
          first.start());
    }
    try {
      JsonQuery query = JsonQuery.compile(jq, JqFunctions.VERSION);
      return Metering.isNeeded(tokens) ? metered(jq, from, tokens) : query;
    } catch (JsonQueryException e) {
      throw explained(jq, from, e.getCause());
    } catch (StackOverflowError e) {
      throw new ExpressionException(
          "the expression is nested too deeply", "split it into several blocks", from);
    }
  }

  private static JsonQuery metered(String jq, int from, List<JqToken> tokens) {
    String stepped = Metering.insertSteps(jq, from, tokens);
    try {
      return JsonQuery.compile(stepped, JqFunctions.VERSION);
    } catch (JsonQueryException e) {
      throw new IllegalStateException("a valid program does not parse with steps: " + stepped, e);
    }
  }

  private static ExpressionException explained(String jq, int from, Throwable cause) {
    if (cause instanceof ParseException e && e.currentToken != null) {
      var next = e.currentToken.next;
      int offset = offset(jq, next.beginLine, next.beginColumn);
      return next.image.isEmpty()
          ? new ExpressionException(
              "the expression ends too early", "complete it before the }", from + jq.length())
          : new ExpressionException(
              "the expression cannot have " + next.image + " here",
              "see the jq manual for the syntax",
              from + offset);
    }
    String message = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
    Matcher place = PLACE.matcher(message);
    if (cause instanceof TokenMgrError && place.find()) {
      int offset = offset(jq, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
      return new ExpressionException(
          "the expression cannot have this character here",
          "see the jq manual for the syntax",
          from + offset);
    }
    return new ExpressionException(
        "the expression is not jq" + (message.isEmpty() ? "" : ": " + firstLine(message)),
        "see the jq manual for the syntax",
        from);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip();
  }

  /** JavaCC counts lines and columns from 1, and a tab as up to eight columns. */
  private static int offset(String jq, int line, int column) {
    int at = 0;
    for (int i = 1; i < line && at >= 0; i++) {
      at = jq.indexOf('\n', at) + 1;
    }
    return Math.min(jq.length(), at + column - 1);
  }
}
