package dev.howdah.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a command line into words as a POSIX shell does, as long as that needs no shell: quotes
 * and backslashes mean what they mean there, and {@code ${DATA}} is the only variable.
 */
final class ShellWords {
  private static final String OPERATORS = "|&;<>";

  private final String line;
  private final List<Word> words = new ArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private List<String> parts = new ArrayList<>();
  private int start = -1;
  private int at;

  private ShellWords(String line) {
    this.line = line;
  }

  /** What only a shell can do; has no stack trace, for it is an answer to an author. */
  static final class NeedsShell extends Exception {
    private final int offset;
    private final transient String cure;

    NeedsShell(int offset, String message, String cure) {
      super(message, null, false, false);
      this.offset = offset;
      this.cure = cure;
    }

    /** The character of the line that is meant. */
    int offset() {
      return offset;
    }

    String cure() {
      return cure;
    }
  }

  /**
   * The words of a line.
   *
   * @throws NeedsShell at the first character that no word can hold
   */
  static List<Word> split(String line) throws NeedsShell {
    ShellWords splitter = new ShellWords(line);
    splitter.split();
    return splitter.words;
  }

  private void split() throws NeedsShell {
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == ' ' || c == '\t') {
        end();
        at++;
        continue;
      }
      refuse(c);
      if (start < 0) {
        start = at;
      }
      switch (c) {
        case '\'' -> singleQuoted();
        case '"' -> doubleQuoted();
        case '\\' -> escaped();
        case '$' -> variable();
        default -> literal();
      }
    }
    end();
  }

  private void end() {
    if (start >= 0) {
      parts.add(part.toString());
      words.add(new Word(parts, start));
      parts = new ArrayList<>();
      part.setLength(0);
      start = -1;
    }
  }

  private void literal() {
    part.append(line.charAt(at++));
  }

  private void escaped() throws NeedsShell {
    if (at + 1 == line.length()) {
      throw new NeedsShell(at, "the backslash at the end escapes nothing", "remove it");
    }
    at++;
    literal();
  }

  private void singleQuoted() throws NeedsShell {
    int close = line.indexOf('\'', at + 1);
    if (close < 0) {
      throw unclosed("'");
    }
    part.append(line, at + 1, close);
    at = close + 1;
  }

  private void doubleQuoted() throws NeedsShell {
    int open = at++;
    while (at < line.length() && line.charAt(at) != '"') {
      char c = line.charAt(at);
      if (c == '$') {
        variable();
      } else if (c == '`') {
        throw substitution("`");
      } else {
        boolean escapes =
            c == '\\' && at + 1 < line.length() && "\"\\$`".indexOf(line.charAt(at + 1)) >= 0;
        if (escapes) {
          at++;
        }
        literal();
      }
    }
    if (at == line.length()) {
      at = open;
      throw unclosed("\"");
    }
    at++;
  }

  private NeedsShell unclosed(String quote) {
    return new NeedsShell(
        at, "the quote " + quote + " is not closed", "write another " + quote + " where it ends");
  }

  private NeedsShell substitution(String what) {
    return new NeedsShell(
        at,
        "\"" + what + "\" asks a shell for the output of another command, and no shell is run",
        "make that command a container of its own that writes a file, or put both into a script");
  }

  /** A dollar sign that begins no name stands for itself. */
  private void variable() throws NeedsShell {
    if (line.startsWith("$(", at)) {
      throw substitution("$(");
    }
    int end = at + 1;
    boolean braced = line.startsWith("{", end);
    int name = braced ? end + 1 : end;
    end = name;
    while (end < line.length() && isOfName(line.charAt(end))) {
      end++;
    }
    if (end == name && !braced) {
      literal();
      return;
    }
    boolean closed = !braced || line.startsWith("}", end);
    if (!closed || !line.substring(name, end).equals("DATA")) {
      int until = braced ? Math.max(end, line.indexOf('}', at)) : end - 1;
      throw new NeedsShell(
          at,
          "\"%s\" has no value here; the only variable is ${DATA}"
              .formatted(line.substring(at, Math.min(line.length(), until + 1))),
          "write the value itself, or quote it with ' if it is meant as it is");
    }
    parts.add(part.toString());
    part.setLength(0);
    at = braced ? end + 1 : end;
  }

  private static boolean isOfName(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  private void refuse(char c) throws NeedsShell {
    Optional<String> cure =
        switch (c) {
          case '|' ->
              Optional.of(
                  "make each program a container of its own, where the first writes the file that"
                      + " the second reads, or put the line into a script");
          case '<', '>' ->
              Optional.of("name the file in an argument of the program, or put it into a script");
          case ';', '&', '\n', '\r' ->
              Optional.of("make each command a container of its own, or put the line in a script");
          case '(', ')' -> Optional.of("put the line into a script");
          case '*', '?', '[' -> Optional.of("name the files, or quote it if it is meant as it is");
          case '~', '#' ->
              start < 0
                  ? Optional.of("write the path, or quote it if it is meant as it is")
                  : Optional.empty();
          default -> Optional.empty();
        };
    if (c == '`') {
      throw substitution("`");
    }
    if (cure.isPresent()) {
      throw new NeedsShell(
          at, "\"" + operator(c) + "\" is for a shell, and no shell is run", cure.get());
    }
  }

  private String operator(char c) {
    int end = at;
    while (end < line.length() && OPERATORS.indexOf(line.charAt(end)) >= 0) {
      end++;
    }
    return end > at ? line.substring(at, end) : c == '\n' || c == '\r' ? "new line" : "" + c;
  }
}
