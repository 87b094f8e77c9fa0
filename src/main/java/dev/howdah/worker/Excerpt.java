package dev.howdah.worker;

/** Cuts foreign text to what a message can hold: 500 characters, none of them a control. */
public final class Excerpt {
  private static final int LENGTH = 500;

  private Excerpt() {}

  /** The first characters; line breaks and other controls become single spaces. */
  public static String of(String text) {
    if (text == null) {
      return "";
    }
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .takeWhile(point -> kept.length() + Character.charCount(point) <= LENGTH)
        .forEach(point -> append(kept, point));
    return kept.toString().strip();
  }

  private static void append(StringBuilder kept, int point) {
    int type = Character.getType(point);
    boolean shown =
        !Character.isISOControl(point)
            && type != Character.FORMAT // holds the bidirectional overrides
            && type != Character.SURROGATE
            && type != Character.LINE_SEPARATOR
            && type != Character.PARAGRAPH_SEPARATOR;
    if (shown) {
      kept.appendCodePoint(point);
    } else if (!kept.isEmpty() && kept.charAt(kept.length() - 1) != ' ') {
      kept.append(' ');
    }
  }
}
