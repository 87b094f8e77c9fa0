package dev.howdah.design;

import java.util.List;

/** Finds a character of a string in the text that the string was read from. */
final class StringPlace {
  private StringPlace() {}

  /** The position of the character, or the start where it cannot be told. */
  static Position of(List<String> lines, Position start, String value, int offset) {
    if (start.line() > lines.size()) {
      return start;
    }
    String line = lines.get(start.line() - 1);
    int at = index(line, start.column());
    if (at >= line.length()) {
      return start;
    }
    String before = value.substring(0, Math.min(offset, value.length()));
    char first = line.charAt(at);
    if (first == '|') {
      return inLiteral(lines, start, value, before);
    }
    int from = first == '"' || first == '\'' ? at + 1 : at;
    return line.startsWith(before, from) ? place(start, start.line(), line, from, before) : start;
  }

  private static Position inLiteral(
      List<String> lines, Position start, String value, String before) {
    int down = (int) before.chars().filter(c -> c == '\n').count();
    int line = start.line() + 1 + down;
    if (line > lines.size()) {
      return start;
    }
    int lineStart = before.lastIndexOf('\n') + 1;
    int lineEnd = value.indexOf('\n', lineStart);
    String content = value.substring(lineStart, lineEnd < 0 ? value.length() : lineEnd);
    String source = lines.get(line - 1);
    int from = source.indexOf(content);
    return from < 0 ? start : place(start, line, source, from, before.substring(lineStart));
  }

  private static Position place(Position start, int line, String source, int from, String before) {
    int column = source.codePointCount(0, Math.min(source.length(), from + before.length())) + 1;
    return new Position(start.file(), line, column);
  }

  private static int index(String line, int column) {
    int length = line.codePointCount(0, line.length());
    return line.offsetByCodePoints(0, Math.min(length, column - 1));
  }
}
