package dev.howdah.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import net.thisptr.jackson.jq.JsonQuery;

/**
 * A jq program that was written as <code>${ … }</code> and parsed once.
 *
 * <p>Immutable and safe for use by many threads at once. Two expressions are equal when their
 * sources are.
 */
public final class Expression {
  private static final String OPEN = "${";

  private final String source;
  private final JqProgram program;
  private final References references;

  private Expression(String source, JqProgram program, References references) {
    this.source = source;
    this.program = program;
    this.references = references;
  }

  /**
   * Whether a text is meant as one expression: white space apart it starts with <code>${</code>.
   */
  public static boolean isExpression(String text) {
    return text.strip().startsWith(OPEN);
  }

  /**
   * Parses a text that is wholly one expression; white space around it does not count.
   *
   * @throws ExpressionException when it is not, does not parse, or reads a variable that nobody
   *     binds; offsets are indices in the text
   */
  public static Expression parse(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (!text.startsWith(OPEN, start)) {
      throw new ExpressionException(
          "this is not an expression", "write it as ${ … }, for example ${ .name }", start);
    }
    JqLexer.Program found = JqLexer.program(text, start + OPEN.length());
    int rest = found.end() + 1;
    if (!text.substring(rest).isBlank()) {
      throw new ExpressionException(
          "there is text after the expression", "remove what follows the closing }", rest);
    }
    return compile(text, start, found);
  }

  /** Compiles the program of <code>${ … }</code> at an index of a longer text. */
  static Expression compile(String text, int start, JqLexer.Program found) {
    int from = start + OPEN.length();
    String jq = text.substring(from, found.end());
    List<JqToken> tokens = found.tokens();
    if (tokens.isEmpty()) {
      throw new ExpressionException(
          "the expression is empty", "write ${ . } for the input itself", start);
    }
    JsonQuery query = JqParser.parse(jq, from, tokens);
    References references = ReferenceFinder.find(tokens);
    FunctionCheck.check(tokens);
    String source = text.substring(start, found.end() + 1);
    String shown = source.replaceAll("\\s*\\R\\s*", " ");
    return new Expression(source, new JqProgram(shown, query, references), references);
  }

  /**
   * The value for a scope: the program's output, null if it has none, or the array of its outputs
   * if it has several. May share parts with the scope, so neither may be changed.
   *
   * @throws dev.howdah.fault.FaultException {@code expression.failed} when jq fails, {@code
   *     expression.too-long} and {@code expression.too-large} when it takes too much, {@code
   *     expression.no-secret} for a secret that does not exist, {@code expression.interrupted} when
   *     the thread was interrupted
   */
  public JsonNode evaluate(Scope scope) {
    return program.run(scope);
  }

  /**
   * Whether the value for a scope is neither false nor null.
   *
   * @throws dev.howdah.fault.FaultException as {@link #evaluate}
   */
  public boolean holds(Scope scope) {
    return isTrue(evaluate(scope));
  }

  /** What jq takes for true: all but false and null. */
  public static boolean isTrue(JsonNode value) {
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  /** What it reads apart from its input. */
  public References references() {
    return references;
  }

  /** The text it was parsed from, from <code>${</code> to <code>}</code>. */
  public String source() {
    return source;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Expression that && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return source;
  }
}
