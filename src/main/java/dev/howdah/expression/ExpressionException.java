package dev.howdah.expression;

import java.util.Objects;

/**
 * Why a text is not an expression or a template.
 *
 * <p>Has no stack trace: it is an answer to whoever wrote the text. It is an {@link
 * IllegalArgumentException} so that configuration records may let it pass.
 */
public final class ExpressionException extends IllegalArgumentException {
  private final String pointer;
  private final int offset;
  private final String cure;

  /**
   * An exception for one string.
   *
   * @param message what is wrong, one sentence without a full stop
   * @param cure what would be right, one sentence without a full stop
   * @param pointer the JSON pointer of the string in the template, empty for the template itself
   * @param offset the index in that string where it is wrong, from 0
   */
  public ExpressionException(String message, String cure, String pointer, int offset) {
    super(Objects.requireNonNull(message, "message"));
    this.cure = Objects.requireNonNull(cure, "cure");
    this.pointer = Objects.requireNonNull(pointer, "pointer");
    this.offset = Math.max(0, offset);
  }

  ExpressionException(String message, String cure, int offset) {
    this(message, cure, "", offset);
  }

  ExpressionException under(String path) {
    return new ExpressionException(getMessage(), cure, path + pointer, offset);
  }

  /** What would be right, one sentence without a full stop. */
  public String cure() {
    return cure;
  }

  /** The JSON pointer of the string in the template; empty for an expression. */
  public String pointer() {
    return pointer;
  }

  /** The index in the string where it is wrong, from 0. */
  public int offset() {
    return offset;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
