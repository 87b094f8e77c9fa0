package dev.howdah.expression;

/**
 * One token of a jq program.
 *
 * @param kind what it is
 * @param text a field's or variable's name, a string's value, else the token itself
 * @param start index of its first character
 * @param end index after its last character
 */
record JqToken(Kind kind, String text, int start, int end) {
  enum Kind {
    /** {@code .name}, without the dot. */
    FIELD,
    /** {@code $name}, without the dollar. */
    VARIABLE,
    /** A function, a keyword or a key. */
    WORD,
    /** A string without interpolation, unescaped. */
    STRING,
    /** The opening or closing quote of a string with interpolation. */
    QUOTE,
    NUMBER,
    /** {@code @base64} and its like. */
    FORMAT,
    /** {@code \(} inside a string; its {@code )} is a symbol. */
    INTERPOLATION,
    SYMBOL
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** Whether a bracket starts here. */
  boolean opens() {
    return kind == Kind.INTERPOLATION
        || (kind == Kind.SYMBOL && (text.equals("(") || text.equals("[") || text.equals("{")));
  }

  /** Whether a bracket ends here. */
  boolean closes() {
    return kind == Kind.SYMBOL && (text.equals(")") || text.equals("]") || text.equals("}"));
  }
}
